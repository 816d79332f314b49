// SPDX-License-Identifier: Apache-2.0
//
// The command as users see it: what it prints, where, and its exit code, held against the files in golden/. After a
// change that is meant, OVLSIM_UPDATE_GOLDEN=1 writes them anew; then read the difference before committing it.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace {

const std::string golden_directory = OVLSIM_SOURCE_DIR "/proptests/golden";

std::string content_of(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Standard output and the exit code of a shell command in golden/, where `ovlsim` is the command under test.
std::string output_of(const std::string& command, int& exit_code) {
  const std::string script = "cd '" + golden_directory + "' && ovlsim() { '" OVLSIM_COMMAND "' \"$@\"; }; " + command;
  std::FILE* pipe = ::popen(script.c_str(), "r");
  std::string output;
  char buffer[4096];
  for (std::size_t got = 0; pipe != nullptr && (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    output.append(buffer, got);
  const int status = pipe == nullptr ? -1 : ::pclose(pipe);
  exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return output;
}

struct golden_case {
  const char* name;     ///< of the file in golden/
  const char* command;  ///< for the shell
};

std::ostream& operator<<(std::ostream& out, const golden_case& c) { return out << c.command; }

class cli_golden : public ::testing::TestWithParam<golden_case> {};

TEST_P(cli_golden, prints_what_it_printed) {
  const golden_case& c = GetParam();
  int exit_code = 0;
  // Both streams, one after the other: their interleaving is no promise.
  const std::string standard_output = output_of("{ " + std::string(c.command) + "; } 2>/dev/null", exit_code);
  int same_code = 0;
  const std::string diagnostics = output_of("{ " + std::string(c.command) + "; } 2>&1 >/dev/null", same_code);
  EXPECT_EQ(exit_code, same_code);
  const std::string got = "$ " + std::string(c.command) + "\n" + standard_output +
                          (diagnostics.empty() ? "" : "--- standard error ---\n" + diagnostics) + "--- exit code " +
                          std::to_string(exit_code) + " ---\n";

  const std::string file = golden_directory + "/" + c.name + ".txt";
  const char* update = std::getenv("OVLSIM_UPDATE_GOLDEN");
  if (update != nullptr && std::string(update) == "1") {
    std::ofstream(file, std::ios::binary) << got;
    return;
  }
  EXPECT_EQ(got, content_of(file)) << "if this change is meant, run the test with OVLSIM_UPDATE_GOLDEN=1 (" << file
                                   << ")";
}

constexpr golden_case cases[] = {
    {"help", "ovlsim --help"},
    {"help-run", "ovlsim run --help"},
    {"help-kernel", "ovlsim kernel --help"},
    {"help-compare", "ovlsim compare --help"},
    {"help-fmt", "ovlsim fmt --help"},
    {"help-kernels", "ovlsim kernels --help"},
    {"help-coverage", "ovlsim coverage --help"},
    {"kernels", "ovlsim kernels"},
    {"kernels-diff", "ovlsim kernels diff 6.18 6.6"},
    {"kernels-diff-unknown", "ovlsim kernels diff 6.1 2.4"},
    {"help-check", "ovlsim check --help"},
    {"help-distinguish", "ovlsim distinguish --help"},
    {"distinguish", "ovlsim distinguish follow 6.18:nofollow"},
    {"distinguish-none", "ovlsim distinguish 6.18 merged --scope ext4-image"},
    {"distinguish-json", "ovlsim distinguish --json --depth 1 6.1 6.18 --scope erofs"},
    {"distinguish-unknown", "ovlsim distinguish 2.4 6.18; ovlsim distinguish 6.18:hope 6.18; ovlsim distinguish hope 6.18"},
    {"help-matrix", "ovlsim matrix --help"},
    {"check", "ovlsim check --option xino=on --property no-estale --property no-eio | grep -v KiB"},
    {"check-unknown", "ovlsim check --scope nowhere"},
    {"check-contradiction", "ovlsim check --option xino=on --option xino=off; ovlsim matrix --options xino=on,xino=off"},
    {"check-twice", "ovlsim check --scope ext4-clone --policy follow --policy follow --property no-eio --property no-eio | grep -v KiB"},
    {"check-threads", "for n in 0 1025 1000000 -1 two; do ovlsim check --threads $n; done; ovlsim matrix --threads 1025"},
    {"check-never-closes", "printf 'mkfs a tmpfs\\nmoves\\nmkfs a tmpfs\\ncreate a:/x\\n' | ovlsim check --scope - --depth 3 --property no-eio | grep -v KiB"},
    {"matrix-older", "ovlsim matrix --kernel 5.0 --policy nofollow --options default --property handle-stable"},
    {"matrix-stdin", "ovlsim matrix --scope - --policy nofollow --property no-estale --options default --options xino=on < ../../examples/scopes/squashfs.ovl"},
    {"matrix-unwritable", "ovlsim matrix --counterexamples /proc/none --policy nofollow"},
    {"matrix-markdown", "ovlsim matrix --scope squashfs --policy nofollow --options default --options xino=on --property no-estale --markdown"},
    {"help-policies", "ovlsim policies --help"},
    {"policies", "ovlsim policies"},
    {"policies-json", "ovlsim policies --json"},
    {"help-explain", "ovlsim explain --help"},
    {"explain", "ovlsim explain ../../examples/00-collision.ovl"},
    {"explain-step", "ovlsim explain --verbose --step 15 ../../examples/00-collision.ovl"},
    {"explain-verbose", "ovlsim explain --verbose story.ovl"},
    {"explain-failing", "ovlsim explain failing.ovl"},
    {"explain-alias", "ovlsim explain ../../examples/08-collision-that-is-silent.ovl"},
    {"explain-older", "ovlsim explain --kernel 5.10 --policy follow ../../examples/19-index-refuses-another-lower.ovl"},
    {"explain-no-step", "ovlsim explain --step 23 ../../examples/00-collision.ovl"},
    {"explain-nothing", "ovlsim explain"},
    {"explain-log", "ovlsim explain --log 'overlayfs: failed to verify upper root origin'"},
    {"explain-log-unreached", "ovlsim explain --log 'overlayfs: newly created inode found in cache (m/a)'"},
    {"explain-log-unknown", "ovlsim explain --log 'overlayfs: no such line'"},
    {"explain-log-dmesg", "printf '[ 1.0] EXT4-fs (vda): mounted\\n[ 2.0] overlayfs: failed to get inode (-116)\\n[ 2.1] overlayfs: failed to get inode (-116)\\n[ 3.0] overlayfs: news\\n' | ovlsim explain --log -"},
    {"explain-log-none", "echo 'EXT4-fs (vda): mounted' | ovlsim explain --log -"},
    {"help-draw", "ovlsim draw --help"},
    {"draw", "ovlsim draw ../../examples/00-collision.ovl"},
    {"draw-step", "ovlsim draw --step 8 story.ovl"},
    {"draw-dot", "ovlsim draw --dot ../../examples/00-collision.ovl"},
    {"draw-no-step", "ovlsim draw --step 23 ../../examples/00-collision.ovl; ovlsim draw /dev/null"},
    {"draw-unwritable", "ovlsim draw story.ovl -o /no/such/directory/picture.svg"},
    {"help-page", "ovlsim page --help"},
    {"page-nothing", "ovlsim page; ovlsim page story.ovl --course ."},
    {"page-empty", "ovlsim page /dev/null"},
    {"page-course-halves", "ovlsim page --course . -o /tmp"},
    {"page-course-nowhere", "ovlsim page --course /no/such -o /tmp; ovlsim page --course ."},
    {"policy-unknown", "ovlsim run --policy hope story.ovl"},
    {"help-minimise", "ovlsim minimise --help"},
    {"minimise", "ovlsim minimise failing.ovl"},
    {"minimise-nothing", "ovlsim minimise story.ovl"},
    {"minimise-line", "ovlsim minimise --line 99 story.ovl; ovlsim minimise --line 1 story.ovl; ovlsim minimise --line 4 story.ovl"},
    {"help-export", "ovlsim export --help"},
    {"export", "ovlsim export story.ovl"},
    {"export-refused", "printf 'mkfs a tmpfs\\nmount m lowerdir=a:/\\nfh m:/ h\\n' | ovlsim export -"},
    {"policy-none", "ovlsim run --policy '' story.ovl"},
    {"policy-gap", "ovlsim run --policy follow++nofollow story.ovl"},
    {"policy-procedure", "ovlsim run --policy rotate-upper story.ovl"},
    {"policy-twice-decided", "ovlsim run --policy nofollow+xino-gated story.ovl"},
    {"coverage", "ovlsim coverage story.ovl --kernel 6.18"},
    {"coverage-policies", "ovlsim coverage --kernel 6.1 --policy nofollow --kernel 6.18 --policy detect+follow story.ovl"},
    {"help-completion", "ovlsim completion --help"},
    {"no-command", "ovlsim"},
    {"unknown-command", "ovlsim rum story.ovl"},
    {"unknown-kernel", "ovlsim run --kernel 2.4 story.ovl"},
    {"unreadable", "ovlsim run no-such-file.ovl"},
    {"errors", "ovlsim run errors.ovl"},
    {"run-text", "ovlsim run story.ovl"},
    {"run-color", "ovlsim run --color always failing.ovl"},
    {"run-json", "ovlsim run --json story.ovl"},
    {"run-failing", "ovlsim run failing.ovl"},
    {"run-failing-json", "ovlsim run --json failing.ovl"},
    {"run-several", "ovlsim run story.ovl failing.ovl untidy.ovl"},
    {"run-stdin", "printf 'mkfs a ext4\\nstat a:/ -> type=file\\n' | ovlsim run -"},
    {"fmt", "ovlsim fmt untidy.ovl"},
    {"fmt-check", "ovlsim fmt --check untidy.ovl story.ovl failing.ovl"},
    {"completion-bash", "ovlsim completion bash"},
    {"completion-zsh", "ovlsim completion zsh"},
    {"completion-fish", "ovlsim completion fish"},
};

INSTANTIATE_TEST_SUITE_P(cli, cli_golden, ::testing::ValuesIn(cases), [](const auto& instance) {
  std::string name = instance.param.name;
  for (char& c : name) {
    if (c == '-') c = '_';
  }
  return name;
});

/// What a shell command leaves as exit code.
int exit_code_of(const std::string& command) {
  int code = 0;
  output_of(command + " 2>&1", code);
  return code;
}

TEST(cli, exit_codes_and_the_worst_wins) {
  EXPECT_EQ(exit_code_of("ovlsim run story.ovl"), 0);
  EXPECT_EQ(exit_code_of("ovlsim run failing.ovl story.ovl"), 1);
  EXPECT_EQ(exit_code_of("ovlsim run story.ovl errors.ovl failing.ovl"), 2);
  EXPECT_EQ(exit_code_of("ovlsim --version"), 0);
  EXPECT_EQ(exit_code_of("ovlsim run --no-such-option story.ovl"), 2);
}

/// The command in a counterexample confirms it, whatever kernel, policy and mount options it was found under.
TEST(cli, a_counterexample_says_how_it_is_confirmed) {
  int code = 0;
  const std::string confirm =
      "n=0; for f in $d/*.ovl; do c=$(sed -n 's/^#   ovlsim run/ovlsim run/p' $f); (cd $d && eval \"$c\" >/dev/null) && n=$((n + 1)) || echo \"$f: $c\"; done; "
      "echo $n of $(ls $d | wc -l); rm -r $d";
  const std::string matrix = "d=$(mktemp -d); ovlsim matrix --kernel 5.4 --policy follow --policy nofollow --scope squashfs --scope ext4 --options default --options xino=on "
                             "--property no-estale --property hardlink-kept --property unique-ino --counterexamples $d/sub/dir >/dev/null; d=$d/sub/dir; ";
  const std::string confirmed = output_of(matrix + confirm, code);
  EXPECT_EQ(confirmed.find(':'), std::string::npos) << confirmed;
  EXPECT_GT(std::stoi(confirmed), 5) << confirmed;
  EXPECT_EQ(output_of("d=$(mktemp -d); ovlsim check --policy follow --property no-estale --json | sed 's/.*\"story\":\"//; s/\"}$//; s/\\\\\"/\"/g; s/\\\\n/\\n/g' > $d/no-estale.ovl; " + confirm,
                      code),
            "1 of 1\n");
  EXPECT_EQ(output_of("d=$(mktemp -d); ovlsim distinguish 5.4:follow nofollow > $d/distinguish.ovl; " + confirm, code), "1 of 1\n");
}

TEST(cli, a_full_disk_is_told_and_a_closed_pipe_is_not) {
  EXPECT_EQ(exit_code_of("ovlsim run story.ovl >/dev/full"), 2);
  int code = 0;
  EXPECT_EQ(output_of("ovlsim run story.ovl 2>&1 | true", code), "");
}

TEST(cli, json_holds_nothing_but_one_object_a_command) {
  int code = 0;
  const std::string lines =
      output_of("ovlsim run --json failing.ovl 2>/dev/null | grep -vc '^{\"line\":[0-9]*,\"verb\":\".*\\]}$'", code);
  EXPECT_EQ(lines, "0\n");
}

TEST(cli, colours_are_for_terminals) {
  int code = 0;
  EXPECT_EQ(output_of("ovlsim run story.ovl", code).find('\x1b'), std::string::npos);
  EXPECT_NE(output_of("NO_COLOR=1 ovlsim run --color always story.ovl", code).find('\x1b'), std::string::npos);
}

TEST(cli, fmt_in_place_writes_the_canonical_form_once) {
  int code = 0;
  const std::string script =
      "d=$(mktemp -d) && cp untidy.ovl $d/a.ovl && chmod 640 $d/a.ovl && ovlsim fmt -i $d/a.ovl && ovlsim fmt --check "
      "$d/a.ovl && "
      "ovlsim fmt untidy.ovl | cmp - $d/a.ovl && stat -c %a $d/a.ovl && ls $d; rm -r $d";
  EXPECT_EQ(output_of(script, code), "640\na.ovl\n");
}

}  // namespace
