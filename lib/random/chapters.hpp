// SPDX-License-Identifier: Apache-2.0
//
// The chapters of a life story, in the order in which they come.
#pragma once

#include "random/author.hpp"

namespace ovlsim::random {

/// Makes and fills the filesystems: lower layers in one of many constellations, an upper with its workdir (or none).
void make_layers(author& a);

/// Mounts the overlay `m`, from time to time after a mount that fails.
void mount_overlay(author& a);

/// Some commands while it is mounted: on the overlay, now and then a look at a layer, or an attempt to change one.
void use_overlay(author& a, int commands);

/// Closes and unmounts, from time to time in the wrong order.
void unmount_overlay(author& a);

/// While nothing is mounted: lower layers, the upper and its xattrs change, images are made again, layers are copied, cloned,
/// exchanged. The next mount_overlay() takes them as they are then.
void change_layers(author& a, int changes);

/// Everything is looked at, in random order, then again with cold caches; then what the upper holds.
void sweep(author& a);

/// The backing filesystems alone.
void backing_story(author& a);

/// An image of `source` under the name `fs`, of the kind that `l` says.
void make_image(author& a, const layer& l);

}  // namespace ovlsim::random
