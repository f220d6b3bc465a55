// What the commands of doctors and patients say to people, in English and Chinese. JSON is the same in both.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace caduceus {

enum class Language { english, chinese };
// "en", "zh"; of nothing, what the environment says (LC_ALL, LC_MESSAGES, LANG).
[[nodiscard]] Language language_of(const std::string& option);

// X(phrase, English, Chinese). {0}, {1}, … stand for what is said with it.
#define CADUCEUS_PHRASES(X)                                                                                                          \
  /* Labels. */                                                                                                                      \
  X(identity, "identity", "身份")                                                                                                    \
  X(account, "account on MED", "MED 账户")                                                                                           \
  X(card, "card, for hospitals and doctors", "就诊卡（交给医院和医生）")                                                             \
  X(relay, "mail is kept by", "信件存放于")                                                                                          \
  X(hospital, "hospital", "医院")                                                                                                    \
  X(state, "state", "状态")                                                                                                          \
  X(letters, "letters read", "已读信件")                                                                                             \
  X(refused_letters, "letters refused", "被拒信件")                                                                                  \
  X(new_records, "new records", "新病历")                                                                                            \
  X(records_held, "records", "病历")                                                                                                 \
  X(open_questions, "requests that wait for you", "待您答复的请求")                                                                  \
  X(unreachable, "could not be reached", "无法连接")                                                                                 \
  X(grant_given, "grant", "授权")                                                                                                    \
  X(grants_given, "grants", "授权")                                                                                                  \
  X(policy, "policy hash", "授权策略哈希")                                                                                           \
  X(expires, "expires", "到期")                                                                                                      \
  X(sent, "sent", "已发出")                                                                                                          \
  X(question, "request", "请求")                                                                                                     \
  X(denied, "denied", "已拒绝")                                                                                                      \
  X(revoked, "revoked", "已撤销")                                                                                                    \
  X(slot, "keyslot", "密钥槽")                                                                                                       \
  X(holders, "held by", "保管医院")                                                                                                  \
  X(published, "entries sent to MED", "已提交 MED 的索引条目")                                                                       \
  X(waiting, "entries that wait", "等待中的条目")                                                                                    \
  X(dispute, "dispute", "争议")                                                                                                      \
  X(height, "in SUP's block of height", "所在 SUP 区块高度")                                                                         \
  X(told, "the hospital has your words", "医院已收到您的陈述")                                                                       \
  X(backup, "backup", "备份")                                                                                                        \
  X(restored, "restored to", "恢复到")                                                                                               \
  X(entries, "entries", "条目")                                                                                                      \
  X(file, "file", "文件")                                                                                                            \
  X(bytes, "bytes", "字节")                                                                                                          \
  X(media_type, "media type", "媒体类型")                                                                                            \
  X(complete, "every hospital and SUP were asked", "已询问所有医院和 SUP")                                                           \
  X(yes, "yes", "是")                                                                                                                \
  X(no, "no", "否")                                                                                                                  \
  /* Questions on the terminal. */                                                                                                   \
  X(your_passphrase, "the passphrase of your keys: ", "您密钥的口令：")                                                              \
  X(backup_passphrase, "the passphrase of the backup: ", "备份的口令：")                                                             \
  /* Where a record stands. */                                                                                                       \
  X(anchored, "verified: anchored", "已验证：已锚定")                                                                                \
  X(in_a_block, "not verified yet: in a block", "尚未验证：已在区块中")                                                              \
  X(not_on_chain, "not verified: not on chain", "未验证：尚未上链")                                                                  \
  X(erased, "erased by the hospital", "医院已删除")                                                                                  \
  /* What was done with records. */                                                                                                  \
  X(read_with_consent, "read with your consent, for {0}", "经您同意读取，用途：{0}")                                                 \
  X(index_opened, "opened your index in an emergency", "紧急情况下打开了您的索引")                                                   \
  X(read_in_emergency, "read in an emergency", "紧急情况下读取")                                                                     \
  X(concern_not_answered, "committed on SUP; no hospital says yet that it answered", "SUP 上已有请求，但尚无医院承认已答复")         \
  X(concern_not_on_sup, "ALARM: a hospital answered, and SUP has no such request", "警报：医院已答复，但 SUP 上没有该请求")          \
  X(concern_not_granted, "ALARM: a hospital answered by a grant that is not yours", "警报：医院依据并非您发出的授权作答")            \
  X(concern_after_revocation, "ALARM: a hospital answered after it had revoked the grant", "警报：医院在撤销授权之后仍作答")         \
  X(disputed, "disputed by you", "您已提出争议")                                                                                     \
  X(answered, "the hospital answered: {0}", "医院答复：{0}")                                                                         \
  X(log_refused, "what it shows of its access log was not taken", "医院出示的访问日志未被接受")                                      \
  X(nothing_here, "nothing", "无")                                                                                                   \
  /* What doctors see beside that. */                                                                                                \
  X(doctor, "doctor", "医生")                                                                                                        \
  X(device, "device", "设备")                                                                                                        \
  X(licence_expires, "the licence expires", "执照到期")                                                                              \
  X(licence_revoked, "the licence is revoked", "执照已被撤销")                                                                       \
  X(grants_in_force, "grants in force", "有效授权")                                                                                  \
  X(patients_met, "patients met", "已认识的患者")                                                                                    \
  X(unanswered_questions, "requests without an answer", "尚无答复的请求")                                                            \
  X(emergencies, "emergencies", "急诊")                                                                                              \
  X(deliveries_waiting, "deliveries that the hospital has not taken yet", "医院尚未接收的病历批次")                                  \
  X(letters_waiting, "letters that wait to be sent", "待发信件")                                                                     \
  X(asked, "asked", "已发出请求")                                                                                                    \
  X(patient, "patient", "患者")                                                                                                      \
  X(same_answer, "the same answer again, which was opened before", "与之前相同的答复，已经打开过")                                   \
  X(grant_line, "{0}  of {1}, at {2}, for {3}, {4} uses, until {5}", "{0}  患者 {1}，医院 {2}，用途 {3}，可用 {4} 次，至 {5}")       \
  X(case_line, "case {0}", "急诊 {0}")                                                                                               \
  X(letter_refused, "a letter was refused: {0} ({1})", "一封信件被拒绝：{0}（{1}）")                                                 \
  /* What went wrong. */                                                                                                             \
  X(not_a_doctor, "{0} is no doctor", "{0} 不是医生")                                                                                \
  X(no_licence, "{0} has no licence: run caduceus doctor init first", "{0} 中没有执照：请先运行 caduceus doctor init")               \
  X(the_card, "the card", "就诊卡")                                                                                                  \
  X(the_licence, "the licence", "执照")                                                                                              \
  X(the_grant, "the grant {0}", "授权 {0}")                                                                                          \
  X(the_case, "the case {0}", "急诊 {0}")                                                                                            \
  X(the_patient, "the patient {0}", "患者 {0}")                                                                                      \
  X(the_request, "the request", "请求")                                                                                              \
  X(answer_of, "the answer of {0}", "{0} 的答复")                                                                                    \
  X(record_of, "record {0} of {1}", "{1} 的病历 {0}")                                                                                \
  X(keyslot_at, "the keyslot at {0}", "{0} 保管的密钥槽")                                                                            \
  X(nothing_asked, "nothing was asked by this grant yet", "该授权尚未用过")                                                          \
  X(another_answer, "{0} gave another answer than before", "{0} 给出了与之前不同的答复")                                             \
  X(letters_wait, "letters wait for the next sync: {0}", "信件待下次同步时发送：{0}")                                                \
  X(text_too_long, "{0} has at most {1} bytes", "{0} 最多 {1} 字节")                                                                 \
  X(text_empty, "{0} must not be empty", "{0} 不能为空")                                                                             \
  X(not_an_import, "{0} is not what caduceus emr import writes", "{0} 不是 caduceus emr import 生成的")                              \
  X(no_records_in, "{0} has no records", "{0} 中没有病历")                                                                           \
  X(no_such_number, "{0} has {1} records: there is no {2}", "{0} 中有 {1} 份病历：没有第 {2} 份")                                    \
  X(too_many_records, "at most 4,096 records at once: choose with --only", "一次最多 4,096 份病历：请用 --only 选择")                \
  X(unreadable, "cannot read {0}: {1}", "无法读取 {0}：{1}")                                                                         \
  X(file_changed, "cannot read {0}, or it changed meanwhile", "无法读取 {0}，或其间已改变")                                          \
  X(record_too_long, "{0} is too long: a record has less than 4 GiB", "{0} 太长：一份病历须小于 4 GiB")                              \
  X(no_signature_now, "no signature now", "现在不能签名")                                                                            \
  X(clock_moved, "the clock moved over an epoch of signatures just now: try again", "签名时段刚刚更替：请重试")                      \
  X(earlier_delivery, "an earlier delivery, of {0} records: {1}", "之前的一批 {0} 份病历：{1}")                                      \
  X(no_index, "the patient has no index on MED", "该患者在 MED 上没有索引")                                                          \
  X(no_biometrics, "the patient has enrolled no biometrics", "该患者没有登记生物特征")                                               \
  X(the_entry, "entry {0} of the index", "索引条目 {0}")                                                                             \
  X(which_records, "which records? --records h2:1.1, or --keyword", "读取哪些病历？请用 --records h2:1.1 或 --keyword")              \
  X(no_keyword, "no entry has the keyword {0}", "没有条目含关键词 {0}")                                                              \
  X(not_a_patient, "{0} is no patient", "{0} 不是患者")                                                                              \
  X(no_such_hospital, "genesis names no hospital {0}", "创世配置中没有医院 {0}")                                                     \
  X(not_initialised, "there is no wallet in {0}: run caduceus patient init first", "{0} 中没有钱包：请先运行 caduceus patient init") \
  X(file_is_there, "{0} is there already: give another file", "{0} 已存在：请给出另一个文件")                                        \
  X(enrolled_there, "somebody has enrolled in {0}: give another --dir", "{0} 中已有人注册：请用 --dir 给出另一个目录")               \
  X(the_backup, "the backup", "备份")                                                                                                \
  X(keys_in_backup, "the keys in the backup", "备份中的密钥")                                                                        \
  X(not_restored, "{0} was not restored", "未能从 {0} 恢复")                                                                         \
  X(no_time, "give a time by --hours or --seconds", "请用 --hours 或 --seconds 指定时间")                                            \
  X(bad_place, "\"{0}\" is no record's place: write 1.2, or h2:1.2", "“{0}”不是病历编号：请写 1.2 或 h2:1.2")                        \
  X(bad_hex, "\"{0}\" is not {1} hexadecimal digits", "“{0}”不是 {1} 位十六进制数")                                                  \
  X(no_account_on_sup, "SUP has no account of {0}", "SUP 上没有 {0} 的账户")                                                         \
  X(was_refused, "{0}: {1} ({2})", "{0}：{1}（{2}）")                                                                                \
  X(not_granted, "the grant was not made", "未能授权")                                                                               \
  X(not_denied, "the request was not denied", "未能拒绝该请求")                                                                      \
  X(not_revoked, "the grant was not revoked", "未能撤销授权")                                                                        \
  X(not_disputed, "the dispute was not made", "未能提出争议")                                                                        \
  X(other_words, "{0} wrote you other words than those that it answers the dispute by on SUP",                                       \
    "{0} 写给您的话与其在 SUP 上对争议的答复不符")                                                                                   \
  X(visit_refused, "the first visit was refused", "首次就诊被拒绝")                                                                  \
  X(not_enrolled, "your biometrics were not enrolled", "未能登记生物特征")                                                           \
  X(not_published, "the index was not published", "未能发布索引")                                                                    \
  X(no_bytes, "the record was not received", "未能取得病历")                                                                         \
  X(publish_slow, "MED has not taken all entries in time: run caduceus patient publish again",                                       \
    "MED 未能及时收录全部条目：请再次运行 caduceus patient publish")                                                                 \
  X(revocation_waits, "the hospital does not have it yet, and gets it with the next sync", "医院尚未收到，下次同步时将再次发送")

enum class Phrase {
#define CADUCEUS_PHRASE(phrase, english, chinese) phrase,
  CADUCEUS_PHRASES(CADUCEUS_PHRASE)
#undef CADUCEUS_PHRASE
};

[[nodiscard]] std::string say(Language language, Phrase phrase, std::initializer_list<std::string> with = {});

}  // namespace caduceus
