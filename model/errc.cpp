// SPDX-License-Identifier: Apache-2.0
//
// The names of the errnos, in one list that both directions read.
#include "ovlsim/errc.hpp"

namespace ovlsim {
namespace {

struct named_errno {
  errc status;
  std::string_view name;
};

constexpr named_errno all[] = {
    {errc::ok, "ok"},
    {errc::eperm, "EPERM"},
    {errc::enoent, "ENOENT"},
    {errc::eio, "EIO"},
    {errc::enxio, "ENXIO"},
    {errc::e2big, "E2BIG"},
    {errc::ebadf, "EBADF"},
    {errc::eagain, "EAGAIN"},
    {errc::enomem, "ENOMEM"},
    {errc::eacces, "EACCES"},
    {errc::efault, "EFAULT"},
    {errc::ebusy, "EBUSY"},
    {errc::eexist, "EEXIST"},
    {errc::exdev, "EXDEV"},
    {errc::enodev, "ENODEV"},
    {errc::enotdir, "ENOTDIR"},
    {errc::eisdir, "EISDIR"},
    {errc::einval, "EINVAL"},
    {errc::emfile, "EMFILE"},
    {errc::etxtbsy, "ETXTBSY"},
    {errc::efbig, "EFBIG"},
    {errc::enospc, "ENOSPC"},
    {errc::espipe, "ESPIPE"},
    {errc::erofs, "EROFS"},
    {errc::emlink, "EMLINK"},
    {errc::erange, "ERANGE"},
    {errc::enametoolong, "ENAMETOOLONG"},
    {errc::enotempty, "ENOTEMPTY"},
    {errc::eloop, "ELOOP"},
    {errc::enodata, "ENODATA"},
    {errc::eremote, "EREMOTE"},
    {errc::eoverflow, "EOVERFLOW"},
    {errc::eopnotsupp, "EOPNOTSUPP"},
    {errc::estale, "ESTALE"},
};

}  // namespace

std::string_view name(errc status) noexcept {
  for (const named_errno& one : all) {
    if (one.status == status) return one.name;
  }
  return "errno";
}

std::optional<errc> errc_named(std::string_view name) noexcept {
  for (const named_errno& one : all) {
    if (one.name == name) return one.status;
  }
  return std::nullopt;
}

}  // namespace ovlsim
