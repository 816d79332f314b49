// SPDX-License-Identifier: Apache-2.0
//
// What a command did to the world, from the worlds before and after it.
#pragma once

#include <vector>

#include "explain/history.hpp"
#include "ovlsim/explain.hpp"

namespace ovlsim::explaining {

/// Changes of the backing filesystems. `on_overlay`: the command went through an overlay, so that marks in the layers are its doing and
/// matter; what it did to a backing filesystem by itself the command says.
std::vector<explained_fact> filesystem_changes(const world& before, const world& after, bool on_overlay,
                                               const std::vector<copy_up>& copied);

/// Changes of the overlays and of what they are mounted with by default: module parameters, mounts, and what came into the inode cache
/// and left it.
std::vector<explained_fact> overlay_changes(const world& before, const world& after);

/// `inode 1 of low, hashed`: what an overlay inode is hashed by.
std::string key_alone_in_words(const world& w, const overlay::real_key& key);
std::string key_in_words(const world& w, const overlay::real_key& key);

/// `low:/B (inode 1)`.
std::string lower_in_words(const world& w, const real_place& at);

}  // namespace ovlsim::explaining
