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
  X(complete, "every hospital and SUP were asked", "已询问所有医院和 SUP")                                                           \
  X(yes, "yes", "是")                                                                                                                \
  X(no, "no", "否")                                                                                                                  \
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
  X(grants_in_force, "grants in force", "有效授权")                                                                                  \
  X(letters_waiting, "letters that wait to be sent", "待发信件")                                                                     \
  X(revocation_waits, "the hospital does not have it yet, and gets it with the next sync", "医院尚未收到，下次同步时将再次发送")     \
  X(nothing_here, "nothing", "无")                                                                                                   \
  /* What went wrong. */                                                                                                             \
  X(not_a_patient, "{0} is no patient", "{0} 不是患者")                                                                              \
  X(no_such_hospital, "genesis names no hospital {0}", "创世配置中没有医院 {0}")                                                     \
  X(not_initialised, "there is no wallet in {0}: run caduceus patient init first", "{0} 中没有钱包：请先运行 caduceus patient init") \
  X(no_time, "give a time by --hours or --seconds", "请用 --hours 或 --seconds 指定时间")                                            \
  X(bad_place, "\"{0}\" is no record's place: write 1.2, or h2:1.2", "“{0}”不是病历编号：请写 1.2 或 h2:1.2")                        \
  X(bad_hex, "\"{0}\" is not {1} hexadecimal digits", "“{0}”不是 {1} 位十六进制数")                                                  \
  X(no_account_on_sup, "SUP has no account of {0}", "SUP 上没有 {0} 的账户")                                                         \
  X(was_refused, "{0}: {1} ({2})", "{0}：{1}（{2}）")                                                                                \
  X(not_granted, "the grant was not made", "未能授权")                                                                               \
  X(not_denied, "the request was not denied", "未能拒绝该请求")                                                                      \
  X(not_revoked, "the grant was not revoked", "未能撤销授权")                                                                        \
  X(not_disputed, "the dispute was not made", "未能提出争议")                                                                        \
  X(visit_refused, "the first visit was refused", "首次就诊被拒绝")                                                                  \
  X(not_enrolled, "your biometrics were not enrolled", "未能登记生物特征")                                                           \
  X(not_published, "the index was not published", "未能发布索引")                                                                    \
  X(no_bytes, "the record was not received", "未能取得病历")                                                                         \
  X(publish_slow, "MED has not taken all entries in time: run caduceus patient publish again",                                       \
    "MED 未能及时收录全部条目：请再次运行 caduceus patient publish")

enum class Phrase {
#define CADUCEUS_PHRASE(phrase, english, chinese) phrase,
  CADUCEUS_PHRASES(CADUCEUS_PHRASE)
#undef CADUCEUS_PHRASE
};

[[nodiscard]] std::string say(Language language, Phrase phrase, std::initializer_list<std::string> with = {});

}  // namespace caduceus
