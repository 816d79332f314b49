/* SPDX-License-Identifier: Apache-2.0
 *
 * The shipped scope `squashfs` (examples/scopes/squashfs.ovl), move by move. The initial values are the world after its setup.
 */
#define NAMES 3
#define A 0
#define B 1
#define ZA 2

/* "A v1", "B of the second version", "A!", "B, written". */
#define A_1 1
#define B_2 2
#define A_WRITTEN 3
#define B_WRITTEN 4

/* A is in build, and in the image that was made of it. */
#define DATA_AT_FIRST {A_1, 0, 0}
#define PLACES_AT_FIRST {1, 0, 0}
#define FILES_AT_FIRST 1

#include "overlay.inc"

init {
  do
  :: d_step { stat_file(A) }
  :: d_step { stat_file(B) }
  :: d_step { stat_file(ZA) }
  :: d_step { write_file(A, A_WRITTEN) }
  :: d_step { write_file(B, B_WRITTEN) }
  :: d_step { rename_file(A, ZA) }
  :: d_step { drop_caches() }
  :: d_step { create_in_build(B, B_2) }
  :: d_step { rename_in_build(A, ZA) }
  :: d_step { remount() }
  :: d_step { update() }
  od
}
