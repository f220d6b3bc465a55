// The commands of caduceus, each in a file of its own. A command adds itself to the parser; when it was called it leaves the
// process's exit status: 0 done, 1 it failed and said why, 2 wrong usage.
#pragma once

#include <CLI/CLI.hpp>

namespace caduceus {

void add_pkg(CLI::App& app, int& status);
void add_enrol(CLI::App& app, int& status);
void add_consortium(CLI::App& app, int& status);
void add_register(CLI::App& app, int& status);
void add_hospital(CLI::App& app, int& status);
void add_hospital_init(CLI::App& hospital, int& status);
void add_hospital_serve(CLI::App& hospital, int& status);
void add_hospital_backup(CLI::App& hospital, int& status);
void add_hospital_restore(CLI::App& hospital, int& status);
void add_hospital_questions(CLI::App& hospital, int& status);
void add_sup(CLI::App& app, int& status);
void add_med(CLI::App& app, int& status);
void add_miner(CLI::App& app, int& status);
void add_patient(CLI::App& app, int& status);
void add_light(CLI::App& app, int& status);
void add_chain(CLI::App& app, int& status);
void add_chain_move(CLI::App& chain, int& status);
void add_doctor(CLI::App& app, int& status);
void add_emr(CLI::App& app, int& status);

}  // namespace caduceus
