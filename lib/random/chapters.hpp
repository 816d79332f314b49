// SPDX-License-Identifier: Apache-2.0
//
// The chapters of a life story, in the order in which they come.
#pragma once

#include "random/author.hpp"

namespace ovlsim::random {

/// Makes and fills the filesystems: lower layers in one of many constellations, an upper with its workdir (or none).
void make_layers(author& a);

// The overlay `b` below: some stories put lower layers of theirs on it.
bool has_base(const author& a);
/// Takes some of the lower layers for it, and makes an upper for it or none.
void make_base(author& a);
void mount_base(author& a);
void unmount_base(author& a);
/// While `m` is mounted on it: looks at it, tries to change it, takes its name away, mounts another one.
void disturb_base(author& a);
/// While `m` is not: what it shows becomes something else.
void change_base(author& a);

/// Adds what a mount opts in to, often just the `usual`, so that features see what they left.
void choose_features(author& a, const mount_options& usual, mount_options& o);

/// Sets module parameters: most of them mounts of the story do not give as options.
void change_module(author& a);

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

/// One to three commands at `p` that change what a name stands for.
void change_tree(author& a, const place& p);

/// trusted.overlay.redirect as somebody might forge it.
std::string forged_redirect(author& a);

/// An image of `source` under the name `fs`, of the kind that `l` says.
void make_image(author& a, const layer& l);

}  // namespace ovlsim::random
