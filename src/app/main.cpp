#include <malloc.h>

#include "app/commands.h"

// NOLINTNEXTLINE(bugprone-exception-escape): CLI11 throws of options that are declared wrongly, and ends the process as it should
int main(int argc, char** argv) {
  // A flushed write buffer goes back to the system, which malloc would keep: its threshold rises by itself unless it is set.
  ::mallopt(M_MMAP_THRESHOLD, 256 * 1024);

  CLI::App app("caduceus: patients decide, record by record, which doctor may read their medical records");
  app.set_version_flag("--version", "caduceus " CADUCEUS_VERSION);
  app.require_subcommand(1);
  app.footer("Example: caduceus pkg init --dir authority --passphrase-file passphrase");

  int status = 0;
  caduceus::add_pkg(app, status);
  caduceus::add_enrol(app, status);
  caduceus::add_consortium(app, status);
  caduceus::add_register(app, status);
  caduceus::add_hospital(app, status);
  caduceus::add_sup(app, status);
  caduceus::add_med(app, status);
  caduceus::add_miner(app, status);
  caduceus::add_patient(app, status);
  caduceus::add_light(app, status);
  caduceus::add_chain(app, status);
  caduceus::add_doctor(app, status);
  caduceus::add_emr(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::RequiredError& error) {
    // CLI11 says that a command is missing; more of use is which word is none.
    if (const auto unknown = app.remaining(true); !unknown.empty()) std::cerr << "caduceus: there is no " << unknown.front() << " here\n";
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return status;
}
