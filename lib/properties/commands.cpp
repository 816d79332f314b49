// SPDX-License-Identifier: Apache-2.0
#include "properties/commands.hpp"

#include <algorithm>

#include "properties/view.hpp"

namespace ovlsim::view {

namespace {

template <class... Verbs>
bool is_one_of(const command& c) {
  return (std::holds_alternative<Verbs>(c) || ...);
}

}  // namespace

std::vector<const path*> paths_in(const command& c) {
  std::vector<const path*> paths;
  std::visit(
      [&](const auto& what) {
        if constexpr (requires { what.at; }) paths.push_back(&what.at);
        if constexpr (requires { what.source; }) paths.push_back(&what.source);
        if constexpr (requires { what.from; }) paths.push_back(&what.from);
        if constexpr (requires { what.to; }) paths.push_back(&what.to);
      },
      c);
  return paths;
}

const path* subject(const command& c) {
  const std::vector<const path*> paths = paths_in(c);
  const bool makes_image = is_one_of<cmd::mksquashfs, cmd::mkerofs, cmd::mke2fs>(c);
  return paths.empty() || makes_image ? nullptr : paths.back();
}

bool follows_last(const command& c) { return is_one_of<cmd::truncate, cmd::chmod>(c); }

bool only_asks(const command& c) {
  if (const auto* o = std::get_if<cmd::open>(&c)) return o->mode == open_mode::ro;
  return is_one_of<cmd::read, cmd::readlink, cmd::stat, cmd::ls, cmd::getxattr, cmd::listxattr, cmd::fstat, cmd::fread, cmd::close, cmd::fh,
                   cmd::fhopen, cmd::drop_caches, cmd::set_module>(c);
}

bool changes_file(const command& c) {
  if (const auto* o = std::get_if<cmd::open>(&c)) return o->mode != open_mode::ro;
  return is_one_of<cmd::write, cmd::append, cmd::truncate, cmd::chmod, cmd::chown, cmd::touch, cmd::setxattr, cmd::removexattr, cmd::fwrite>(c);
}

std::vector<command> asked_alone(const command& c) {
  if (!is_one_of<cmd::read, cmd::readlink, cmd::stat, cmd::ls, cmd::getxattr, cmd::listxattr>(c)) return {};
  return {cmd::drop_caches{}, c};
}

std::string_view open_handle(const command& c) {
  if (const auto* f = std::get_if<cmd::fwrite>(&c)) return f->handle;
  if (const auto* f = std::get_if<cmd::fread>(&c)) return f->handle;
  if (const auto* f = std::get_if<cmd::fstat>(&c)) return f->handle;
  const auto* const closed = std::get_if<cmd::close>(&c);
  return closed == nullptr ? std::string_view() : closed->handle;
}

const open_file* opened(const world& w, std::string_view handle) {
  const std::optional<name_id> id = w.names.find(handle);
  if (!id) return nullptr;
  const auto at = std::find_if(w.files.begin(), w.files.end(), [&](const open_file& f) { return f.handle == *id; });
  return at == w.files.end() ? nullptr : &*at;
}

std::optional<path> name_of(const world& w, const open_file& f) {
  if (!f.on_overlay || w.overlays[f.where]->detached) return std::nullopt;
  for (cached_name& n : cached_names(w)) {
    if (n.overlay == f.where && n.dentry == f.dentry) return std::move(n.at);
  }
  return std::nullopt;
}

}  // namespace ovlsim::view
