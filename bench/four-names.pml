/* SPDX-License-Identifier: Apache-2.0
 *
 * four-names.ovl, move by move, for the model in proptests/spin.
 */
#define NAMES 4
#define A 0
#define B 1
#define C 2
#define ZA 3

/* "A v1", "B of the second version", "C of the third version", "A!", "B, written", "C!". */
#define A_1 1
#define B_2 2
#define C_3 3
#define A_WRITTEN 4
#define B_WRITTEN 5
#define C_WRITTEN 6

/* A is in build, and in the image that was made of it. */
#define DATA_AT_FIRST {A_1, 0, 0, 0}
#define PLACES_AT_FIRST {1, 0, 0, 0}
#define FILES_AT_FIRST 1

#include "overlay.inc"

init {
  do
  :: d_step { stat_file(A) }
  :: d_step { stat_file(B) }
  :: d_step { stat_file(C) }
  :: d_step { stat_file(ZA) }
  :: d_step { write_file(A, A_WRITTEN) }
  :: d_step { write_file(B, B_WRITTEN) }
  :: d_step { write_file(C, C_WRITTEN) }
  :: d_step { rename_file(A, ZA) }
  :: d_step { rename_file(ZA, A) }
  :: d_step { drop_caches() }
  :: d_step { create_in_build(B, B_2) }
  :: d_step { create_in_build(C, C_3) }
  :: d_step { rename_in_build(A, ZA) }
  :: d_step { rename_in_build(ZA, A) }
  :: d_step { remount() }
  :: d_step { update() }
  od
}
