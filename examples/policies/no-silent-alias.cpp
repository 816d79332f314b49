// SPDX-License-Identifier: Apache-2.0
//
// The policy of the course's last lesson, in a command that knows it: `no-silent-alias check --option xino=on --policy no-silent-alias`.
#include <ovlsim/cli.hpp>

using namespace ovlsim;

constexpr policy mine{
    "no-silent-alias", "verify_inode",
    [](kernel& k) {
      k.verify_inode = {"both-uppers-match", [](const verify_question& q) {
                          const bool alias = q.strict && !q.is_dir && q.inode_upper && !q.upper;
                          return alias ? verify_answer::stale : linux_6_18.verify_inode(q);
                        }};
    },
    "a name without an upper does not get the cached inode of a file that has one, but ESTALE", "an example"};

int main(int argc, char** argv) { return cli_main(argc, argv, {&mine, 1}); }
