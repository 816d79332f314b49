// SPDX-License-Identifier: Apache-2.0
//
// A kernel for virtual machines, as programs see it.
#include "live/failure.hpp"
#include "live/guest.hpp"
#include "live/requirements.hpp"
#include "live/vm.hpp"
#include "live/vm_image.hpp"
#include "ovlsim/live.hpp"

namespace ovlsim::live {

vm_kernel::vm_kernel(const std::string& image, const std::string& program) {
  const scenario nothing;
  error_ = missing_for_vm(qemu(), &nothing);
  if (!error_.empty()) return;
  try {
    // By its number, for it to be found by other processes, and whatever has been put in its place since it was started.
    const std::string self = "/proc/" + std::to_string(sys::this_process()) + "/exe";
    image_ = std::make_shared<const vm_image>(make_vm_image(image, program.empty() ? self : program));
  } catch (const failure& f) {
    error_ = f.what();
  } catch (const std::exception& e) {  // sizes in a broken package that no memory can hold
    error_ = image + ": not a package that can be read (" + e.what() + "); fetch it anew";
  }
}

std::string vm_kernel::missing(const scenario* s) const {
  if (image_ == nullptr) return error_;
  const std::string here = missing_for_vm(qemu(), s);
  return here.empty() ? missing_in(*image_, s) : here;
}

std::string vm_kernel::release() const { return image_ == nullptr ? std::string() : image_->release; }

void serve_as_vm_guest() noexcept { serve_as_guest(); }

}  // namespace ovlsim::live
