// caduceus doctor: a doctor's agent. It has no node: it reads both chains by proofs, asks hospitals about records, and keeps what it needs,
// sealed, in its folder.
#include "app/doctor.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <iostream>

#include "app/commands.h"
#include "app/doctor_session.h"
#include "app/public_file.h"
#include "core/roles/doctor_consent.h"
#include "core/roles/doctor_emergency.h"
#include "core/roles/doctor_writing.h"

namespace caduceus {
namespace {

struct InitOptions : DoctorOptions {
  std::filesystem::path genesis;
  std::filesystem::path network;
  std::filesystem::path licence;

  void declare(CLI::App& command) {
    DoctorOptions::declare(command);
    command.add_option("--genesis", genesis, "the consortium's genesis")->required();
    command.add_option("--network", network, "the network file: where hospitals and miners listen")->required();
    command.add_option("--licence", licence, "what the hospital gave: caduceus hospital hire")->required();
  }
};
struct ServeOptions : DoctorOptions {
  unsigned every = 5;
  void declare(CLI::App& command) {
    DoctorOptions::declare(command);
    command.add_option("--every", every, "seconds between two looks at the mail")->check(CLI::Range(1U, 3600U));
  }
};

// Another device's or a newer licence takes the place of the one before.
Result<void> init(const InitOptions& options) {
  TRY(const Member known, load_member(MemberFolder(options.directory).known()));
  if (known.identity.role != Role::doctor) return failure(options.say(Phrase::not_a_doctor, {to_string(known.identity)}));
  TRY(const SignedLicence licence, load<SignedLicence>(options.licence, "a licence"));
  if (licence.licence.doctor != known.identity || licence.licence.hospital != known.hospital) {
    return refused(options.say(Phrase::the_licence), Reject::request_licence);
  }
  // Whether the keys open here, before anything is written.
  TRY(const SecretBytes words, options.passphrase.read(false, options.say(Phrase::your_passphrase)));
  TRY(const MemberSecrets member, MemberFolder(options.directory).open(words));
  TRY_VOID(ChainReader::init(options.directory, options.genesis, options.network));
  TRY_VOID(write_durably(options.directory / "licence", encode(licence), IfExists::replace));
  show(options.json, {{"identity", options.say(Phrase::doctor), to_string(member.known.identity)},
                      {"hospital", options.say(Phrase::hospital), to_string(licence.licence.hospital)},
                      {"device", options.say(Phrase::device), licence.licence.device},
                      {"expires", options.say(Phrase::licence_expires), shown(options.json, licence.licence.expires)}});
  return {};
}

struct Synced {
  std::size_t letters = 0;
  std::size_t grants = 0;  // held, and in force
};

Result<Synced> sync_once(DoctorSession& session) {
  TRY(const DoctorSession::Read read, session.collect());
  TRY_VOID(session.post());
  Synced synced{read.letters, 0};
  for (const auto& grant : roles::received_grants(session.step())) {
    if (grant.content.grant.policy.expires > session.now()) ++synced.grants;
  }
  return synced;
}

Result<void> sync(const DoctorOptions& options) {
  TRY(const auto session, options.open());
  TRY(const Synced synced, sync_once(*session));
  show(options.json,
       {{"letters", session->say(Phrase::letters), synced.letters}, {"grants", session->say(Phrase::grants_in_force), synced.grants}});
  return {};
}

Result<void> serve(const ServeOptions& options) {
  TRY(const auto session, options.open());
  boost::asio::io_context loop;
  boost::asio::steady_timer timer(loop);
  boost::asio::signal_set signals(loop, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& /*error*/, int /*signal*/) { loop.stop(); });
  std::string last;
  std::function<void()> round = [&] {
    auto synced = session->enter().and_then([&] { return sync_once(*session); });
    session->leave();  // other commands have their turn
    const std::string line = json_line(synced ? nlohmann::json{{"letters", synced->letters}, {"grants", synced->grants}}
                                              : nlohmann::json{{"trouble", synced.error().message}});
    const bool is_news = line != last || (synced && synced->letters > 0);
    if (is_news) {
      if (options.json) {
        std::cout << line << '\n' << std::flush;
      } else if (synced) {
        std::cout << session->say(Phrase::letters) << ": " << synced->letters << "; " << session->say(Phrase::grants_in_force) << ": "
                  << synced->grants << '\n'
                  << std::flush;
      } else {
        std::cerr << synced.error().message << '\n';
      }
    }
    last = line;
    timer.expires_after(std::chrono::seconds(options.every));
    timer.async_wait([&](const boost::system::error_code& error) {
      if (!error) round();
    });
  };
  round();
  loop.run();
  return {};
}

Result<void> status(const DoctorOptions& options) {
  TRY(const auto session, options.open());
  const roles::WriteSet view = session->step();
  std::size_t patients = 0, questions = 0, cases = 0, in_force = 0;
  view.for_each_under(roles::doctor_patients, {}, [&](const Identity&, const roles::Card&) { return ++patients > 0; });
  view.for_each_under(roles::doctor_questions, {}, [&](const roles::QuestionId&, const roles::AskedQuestion& asked) {
    if (asked.state == roles::AnswerState::waits) ++questions;
    return true;
  });
  view.for_each_under(roles::doctor_cases, {}, [&](const TransactionHash&, const roles::EmergencyCase&) { return ++cases > 0; });
  for (const auto& grant : roles::received_grants(view)) {
    if (grant.content.grant.policy.expires > session->now()) ++in_force;
  }
  const Licence& licence = session->self().licence.licence;
  TRY(const auto revoked, session->chains().sup().revocation(licence.hospital, licence.doctor));
  const auto say = [&](Phrase phrase) { return session->say(phrase); };
  show(options.json, {{"identity", say(Phrase::doctor), to_string(licence.doctor)},
                      {"hospital", say(Phrase::hospital), to_string(licence.hospital)},
                      {"expires", say(Phrase::licence_expires), shown(options.json, licence.expires)},
                      {"revoked", say(Phrase::licence_revoked), revoked.value.has_value()},
                      {"sup", say(Phrase::height), revoked.height.value()},
                      {"patients", say(Phrase::patients_met), patients},
                      {"questions", say(Phrase::unanswered_questions), questions},
                      {"grants", say(Phrase::grants_in_force), in_force},
                      {"cases", say(Phrase::emergencies), cases},
                      {"deliveries", say(Phrase::deliveries_waiting), roles::pending_deliveries(view).size()},
                      {"letters", say(Phrase::letters_waiting), roles::doctor_letters(view).size()}});
  return {};
}

}  // namespace

void add_doctor(CLI::App& app, int& status_of_process) {
  auto* doctor = app.add_subcommand("doctor", "a doctor's agent: writes records, asks patients, reads what they grant");
  doctor->require_subcommand(1);
  add_command<InitOptions>(*doctor, status_of_process, "init", "say where hospitals are, and take over your licence",
                           "doctor init --dir dr-lee --genesis genesis --network network.json --licence dr-lee.licence", init);
  add_command<DoctorOptions>(*doctor, status_of_process, "sync", "read the mail, and send what waits", "doctor sync --dir dr-lee", sync);
  add_command<ServeOptions>(*doctor, status_of_process, "serve", "sync now and then, until SIGTERM", "doctor serve --dir dr-lee --every 5",
                            serve);
  add_command<DoctorOptions>(*doctor, status_of_process, "status", "the licence, and what waits", "doctor status --dir dr-lee --json",
                             status);
  add_doctor_writing(*doctor, status_of_process);
  add_doctor_consent(*doctor, status_of_process);
  add_doctor_emergency(*doctor, status_of_process);
}

}  // namespace caduceus
