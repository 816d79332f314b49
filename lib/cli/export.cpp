// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim export`: a scenario as a shell script.
#include "ovlsim/export.hpp"

#include <memory>

#include "cli/output_file.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

struct export_options {
  std::string file;
  std::string output = "-";
};

int export_file(const export_options& o) {
  const std::optional<scenario> s = load(o.file);
  if (!s) return exit_usage;
  const exported_script script = export_script(*s);
  for (const scenario_error& error : script.errors) diagnose(to_string(error));
  return script.errors.empty() && write_file(o.output, script.text, output_kind::program) ? exit_held : exit_usage;
}

}  // namespace

void add_export(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<export_options>();
  CLI::App* command = app.add_subcommand("export", "Write a scenario as a shell script that runs without ovlsim");
  command->add_option("FILE", o->file, "A scenario file; - is standard input")->required();
  command->add_option("-o,--output", o->output, "Where to, replacing what is there; - is standard output")->type_name("SCRIPT")->capture_default_str();
  command->footer(
      "The script is POSIX shell. As root on Linux it makes the filesystems of the story with mksquashfs, mke2fs and their like, on a\n"
      "tmpfs of its own, says PASS or FAIL for each expectation with its line, and takes all of it down again. File handles (fh, fhopen)\n"
      "cannot be had in a shell: a story with them is refused.\n"
      "Exit code: 0 written, 2 scenario error, a line that a shell cannot do, or SCRIPT cannot be written. That of the script: 0 all\n"
      "expectations held, 1 one or more did not, 77 the machine cannot run it.\n"
      "\n"
      "Example:\n"
      "  ovlsim export examples/00-collision.ovl -o repro.sh && sudo sh repro.sh");
  command->callback([o, &exit_code] { exit_code = export_file(*o); });
}

}  // namespace ovlsim::cli
