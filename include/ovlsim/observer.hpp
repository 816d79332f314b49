// SPDX-License-Identifier: Apache-2.0
//
// Who watches apply(): each decision is told as it is taken, with its question, its answer and the name of the rule that gave it.
// Narration, coverage of decisions and the difference between two kernels all come from these records. Without an observer
// nothing is recorded and nothing is paid.
#pragma once

#include <string_view>
#include <variant>

#include "ovlsim/kernel.hpp"

namespace ovlsim {

/// A decision as it was asked and answered.
template <class Question, class Answer>
struct asked {
  Question question;
  Answer answer{};
};

using decision =
    std::variant<asked<uuid_question, uuid_answer>, asked<follow_question, follow_answer>,
                 asked<origin_type_question, origin_type_answer>, asked<inode_key_question, inode_key_answer>,
                 asked<verify_question, verify_answer>, asked<store_origin_question, store_origin_answer>,
                 asked<mkdir_opaque_question, mkdir_opaque_answer>, asked<xino_bits_question, xino_bits_answer>,
                 asked<nlink_question, nlink_answer>, asked<refuse_question, refuse_answer>>;

class observer {
 public:
  virtual ~observer() = default;

  /// `rule` is the name of the rule that answered. The command is not over: who wants the world copies it after apply().
  virtual void decided(std::string_view rule, const decision& what) = 0;
};

}  // namespace ovlsim
