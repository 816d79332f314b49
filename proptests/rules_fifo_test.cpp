// SPDX-License-Identifier: Apache-2.0
//
// Rules of fifos (fs/pipe.c) as the scenario language shows them: opened with O_NONBLOCK, read until nothing comes any more. Each
// story has run on a live kernel.
#include <gtest/gtest.h>

#include <string>

#include "story.hpp"

namespace ovlsim::testing {
namespace {

TEST(Fifo, GivesWhatIsInItWhetherOrNotSomebodyCouldWriteMore) {  // pipe_read(): EAGAIN only to a reader that got nothing
  run_story(R"ovl(mkfs fs tmpfs
mkfifo fs:/p
read fs:/p                    -> data=""
write fs:/p "a"               -> ENXIO
open fs:/p w wo               -> ENXIO
open fs:/p r ro               -> ok
read fs:/p                    -> data=""
write fs:/p "ab"              -> ok
append fs:/p "c"              -> ok
read fs:/p                    -> data="abc"
read fs:/p                    -> data=""
open fs:/p w wo               -> ok
read fs:/p                    -> EAGAIN
write fs:/p "abc"             -> ok
read fs:/p                    -> data="abc"
read fs:/p                    -> EAGAIN
write fs:/p ""                -> ok
read fs:/p                    -> EAGAIN
close r
append fs:/p "a"              -> ENXIO
open fs:/p w2 wo              -> ENXIO
close w
open fs:/p rw rw              -> ok
write fs:/p "abc"             -> ok
read fs:/p                    -> data="abc"
write fs:/p "lost"            -> ok
close rw
open fs:/p rw rw              -> ok
read fs:/p                    -> EAGAIN
)ovl");
}

TEST(Fifo, HasNoPlaceToReadOrWriteAt) {  // ksys_pread64(), ksys_pwrite64(): ESPIPE, whatever the file was opened for
  run_story(R"ovl(mkfs fs tmpfs
mkfifo fs:/p
open fs:/p r ro
open fs:/p w wo
fread r                       -> ESPIPE
fread w                       -> ESPIPE
fwrite r "x"                  -> ESPIPE
fwrite w "x"                  -> ESPIPE
mkfs other tmpfs
create fs:/f
open fs:/f f ro
fwrite f "x"                  -> EBADF
mount m lowerdir=fs:/,other:/
fwrite w "x"                  -> EBUSY
fwrite f "x"                  -> EBUSY
)ovl");
}

TEST(Fifo, OfAnOverlayIsAnotherPipeThanTheLayersAndOnePerInode) {
  run_story(R"ovl(mkfs low tmpfs
mkfifo low:/p
link low:/p low:/p2
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
open low:/p lower rw
write low:/p "lower"
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
open m:/p h rw
open m:/p2 h2 rw
write m:/p "first"            -> ok
write m:/p2 "second"          -> ok
chmod m:/p 0600               -> ok
drop-caches
rename m:/p m:/q              -> ok
read m:/q                     -> data="first"
read m:/p2                    -> data="second"
read low:/p                   -> data="lower"
)ovl");
}

TEST(Fifo, StaysWhereItIsWhenAnotherOverlayGoes) {
  run_story(R"ovl(mkfs low tmpfs
mkfifo low:/p
mkfs up tmpfs
mkdir up:/u
mkdir up:/w
mount first lowerdir=low:/,up:/
mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w
open m:/p h rw
write m:/p "data"
umount first                  -> ok
read m:/p                     -> data="data"
)ovl");
}

TEST(Fifo, HoldsSixteenPages) {  // pipe_write(): a write goes on where the last one ended only when its odd bytes fit into that page
  const std::string page(4096, 'x');
  const std::string most(3000, 'y');
  std::string story = "mkfs fs tmpfs\nmkfifo fs:/p\nopen fs:/p r ro\n";
  for (int i = 0; i < 16; ++i) story += "write fs:/p \"" + most + "\" -> ok\n";
  story += "write fs:/p \"" + most + "\" -> EAGAIN\n";
  story += "write fs:/p \"" + page.substr(most.size()) + "\" -> ok\n";
  story += "write fs:/p \"z\" -> EAGAIN\nopen fs:/p w wo\n";
  std::string held;
  for (int i = 0; i < 16; ++i) held += most;
  story += "read fs:/p -> data=\"" + held + page.substr(most.size()) + "\"\n";
  std::string more_than_fits;
  for (int i = 0; i < 17; ++i) more_than_fits += page;
  story += "append fs:/p \"" + more_than_fits + "\" -> EAGAIN\n";
  story += "read fs:/p -> data=\"" + more_than_fits.substr(page.size()) + "\"\nread fs:/p -> EAGAIN\n";
  run_story(story);
}

}  // namespace
}  // namespace ovlsim::testing
