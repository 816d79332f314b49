// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim kernel`: scenarios on real overlayfs, this machine's or that of a kernel in a virtual machine.
#include <memory>

#include "cli/report.hpp"
#include "cli/tested_kernel.hpp"

namespace ovlsim::cli {
namespace {

struct kernel_options {
  std::vector<std::string> files;
  tested_kernel where;
  report_options report;
};

/// One file; the session is made by the first that can be run.
int run_one(const std::string& file, kernel_options& o, std::unique_ptr<live::session>& session) {
  const std::optional<scenario> s = load(file);
  if (!s) return exit_usage;
  if (const std::string reason = o.where.missing(&*s); !reason.empty()) {
    diagnose(reason);
    return exit_cannot;
  }
  if (session == nullptr) session = o.where.new_session();
  const live::result result = session->run(*s);
  const int code = report(*s, result.answers, o.report, o.files.size() > 1);
  if (result.error.empty()) return code;
  diagnose("ovlsim: " + s->file + ": " + result.error);
  session.reset();
  // Not "cannot run here": half a run is a finding, and must not look like a skipped one.
  return worse(code, exit_failed);
}

}  // namespace

void add_kernel(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<kernel_options>();
  CLI::App* command = app.add_subcommand("kernel", "Run scenarios on this machine's kernel (needs root), or another one in QEMU");
  command->add_option("FILE", o->files, "Scenario files; - is standard input")->required();
  o->where.add_to(*command);
  o->report.add_to(*command);
  command->footer(
      "All mounts are made in a mount namespace of their own, on images that are gone when it ends; or with --vm in a virtual\n"
      "machine, which needs neither root nor KVM.\n"
      "Exit code: 0 all expectations held, 1 some did not, 2 scenario error, 77 cannot run here.\n"
      "\n"
      "Examples:\n"
      "  sudo ovlsim kernel examples/00-collision.ovl\n"
      "  ovlsim kernel --vm linux-image-6.1.0-56-cloud-amd64_6.1.192-2_amd64.deb examples/00-collision.ovl");
  command->callback([o, &exit_code] {
    exit_code = exit_held;
    std::unique_ptr<live::session> session;
    for (const std::string& file : o->files) exit_code = worse(exit_code, run_one(file, *o, session));
  });
}

}  // namespace ovlsim::cli
