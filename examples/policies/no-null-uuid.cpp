// SPDX-License-Identifier: Apache-2.0
//
// A policy of somebody else's, in a command of their own: `no-null-uuid run --policy no-null-uuid ../00-collision.ovl`.
#include <ovlsim/cli.hpp>

using namespace ovlsim;

constexpr policy mine{
    "no-null-uuid", "follow_origin",
    [](kernel& k) {
      k.follow_origin = {"no-null-uuid", [](const follow_question& q) {
                           return q.null_uuid ? follow_answer::skip : linux_6_18.follow_origin(q);
                         }};
    },
    "the origins of a filesystem without a UUID are never followed, whatever the options", "an example"};

int main(int argc, char** argv) { return cli_main(argc, argv, {&mine, 1}); }
