// SPDX-License-Identifier: Apache-2.0
//
// `ovlsim draw`: the world after a command of a story, as a picture.
#include "ovlsim/draw.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/kernel_option.hpp"
#include "cli/output_file.hpp"
#include "cli/policy_option.hpp"
#include "cli/support.hpp"

namespace ovlsim::cli {
namespace {

struct draw_options {
  std::string file;
  std::string output = "-";
  std::string kernel = "6.18";
  std::string policy;
  std::size_t step = 0;
  bool dot = false;
};

int draw_file(const draw_options& o) {
  const ovlsim::kernel* base = find_kernel(o.kernel);
  const std::optional<ovlsim::kernel> k = base == nullptr ? std::nullopt : with_policy_option(*base, o.policy);
  const std::optional<scenario> s = k ? load(o.file) : std::nullopt;
  if (!s) return exit_usage;
  const std::vector<scene> scenes = draw(*s, *k);
  if (scenes.empty()) {
    diagnose("ovlsim: " + s->file + " has no command, so there is no world to draw");
    return exit_usage;
  }
  if (o.step > scenes.size()) {
    diagnose(fmt::format("ovlsim: {} has {} commands, so no step {}; --step counts commands from 1, not lines", s->file, scenes.size(), o.step));
    return exit_usage;
  }
  const scene& picture = scenes[(o.step == 0 ? scenes.size() : o.step) - 1];
  return write_file(o.output, o.dot ? to_dot(picture) : to_svg(picture)) ? exit_held : exit_usage;
}

}  // namespace

void add_draw(CLI::App& app, int& exit_code) {
  const auto o = std::make_shared<draw_options>();
  CLI::App* command = app.add_subcommand("draw", "Draw the world after a command of a story");
  command->add_option("FILE", o->file, "A scenario file; - is standard input")->required();
  command->add_option("--step", o->step, "After this command, counted from 1; else after the last")->type_name("N")->check(positive_number());
  command->add_option("-o,--output", o->output, "Where to, replacing what is there; - is standard output")->type_name("PICTURE")->capture_default_str();
  command->add_flag("--dot", o->dot, "For Graphviz, in place of SVG");
  add_kernel_option(*command, o->kernel);
  add_policy_option(*command, o->policy);
  command->footer(
      "The picture shows the layers side by side with their names, inode numbers and generations; stored file handles as arrows to what\n"
      "they mean now, red where that is another file or none; and the overlay's caches, with what each inode is hashed by. What the\n"
      "command changed is highlighted. Text is in quotes; bytes that are no text are 0x... without them. SVG follows the reader's choice\n"
      "of light or dark.\n"
      "Exit code: 0 drawn, 2 scenario error, no such step, or PICTURE cannot be written.\n"
      "\n"
      "Examples:\n"
      "  ovlsim draw examples/00-collision.ovl -o collision.svg\n"
      "  ovlsim draw --step 8 --dot examples/00-collision.ovl | dot -Tpdf > collision.pdf");
  command->callback([o, &exit_code] { exit_code = draw_file(*o); });
}

}  // namespace ovlsim::cli
