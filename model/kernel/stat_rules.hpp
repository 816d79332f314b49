// SPDX-License-Identifier: Apache-2.0
//
// The numbers that stat and readdir tell: whose they are, and on which device.
#pragma once

#include <bit>

#include "ovlsim/kernel.hpp"

namespace ovlsim::rules {

inline constexpr rule<xino_bits_question, xino_bits_answer> bits_that_layers_leave{
    "bits-that-layers-leave", [](const xino_bits_question& q) {
      constexpr int ino32_leaves = 32;
      if (q.filesystems - (q.has_upper ? 0 : 1) == 1) return 0;
      if (q.opts.xino == xino_option::off) return -1;
      if (q.all_ino32) return ino32_leaves;
      return static_cast<int>(std::bit_width(q.filesystems - 1)) + 1;  // ilog2(n) + 2: one for the upper, one for non-persistent numbers
    }};
inline constexpr rule<xino_bits_question, xino_bits_answer> bits_if_asked_for{
    "bits-if-asked-for", [](const xino_bits_question& q) {
      const xino_bits_answer today = bits_that_layers_leave(q);
      if (today <= 0 || q.all_ino32) return today;
      return q.opts.xino == xino_option::on ? today - 1 : -1;  // none for non-persistent numbers
    }};

inline constexpr rule<xino_range_question, xino_range_answer> xino_reserves_bit{
    "xino-reserves-bit", [](const xino_range_question&) { return xino_range_answer::reserves_bit; }};
inline constexpr rule<xino_range_question, xino_range_answer> xino_takes_whole_range{
    "xino-takes-whole-range", [](const xino_range_question&) { return xino_range_answer::whole; }};

inline constexpr rule<origin_ino_question, origin_ino_answer> number_of_own_origin{
    "number-of-own-origin", [](const origin_ino_question& q) {
      const bool of_its_own = !q.index_all && (q.is_dir || q.lower_nlink == 1);  // that of a lower hard link may be several broken ones'
      return q.indexed || of_its_own ? origin_ino_answer::number : origin_ino_answer::nothing;
    }};
inline constexpr rule<origin_ino_question, origin_ino_answer> number_of_origin_elsewhere{
    "number-of-origin-elsewhere", [](const origin_ino_question& q) {
      return q.on_upper_fs && !q.one_fs ? origin_ino_answer::nothing : number_of_own_origin(q);
    }};
inline constexpr rule<origin_ino_question, origin_ino_answer> device_of_any_origin{
    "device-of-any-origin", [](const origin_ino_question& q) {
      return number_of_own_origin(q) == origin_ino_answer::number ? origin_ino_answer::number : origin_ino_answer::device;
    }};
inline constexpr rule<origin_ino_question, origin_ino_answer> number_on_one_filesystem{
    "number-on-one-filesystem",
    [](const origin_ino_question& q) { return q.one_fs ? number_of_own_origin(q) : origin_ino_answer::nothing; }};

inline constexpr rule<layer_dev_question, layer_dev_answer> device_for_filesystem{
    "device-for-filesystem", [](const layer_dev_question&) { return layer_dev_answer::for_filesystem; }};
inline constexpr rule<layer_dev_question, layer_dev_answer> device_for_other_filesystem{
    "device-for-other-filesystem", [](const layer_dev_question& q) {
      return q.upper || q.on_upper_fs ? layer_dev_answer::real : layer_dev_answer::for_filesystem;
    }};
inline constexpr rule<layer_dev_question, layer_dev_answer> device_for_lower_layer{
    "device-for-lower-layer",
    [](const layer_dev_question& q) { return q.upper ? layer_dev_answer::real : layer_dev_answer::for_layer; }};
inline constexpr rule<layer_dev_question, layer_dev_answer> device_of_real_file{
    "device-of-real-file", [](const layer_dev_question&) { return layer_dev_answer::real; }};

inline constexpr rule<d_ino_question, d_ino_answer> d_ino_translated{
    "d-ino-translated", [](const d_ino_question&) { return d_ino_answer::translated; }};
inline constexpr rule<d_ino_question, d_ino_answer> d_ino_real{
    "d-ino-real", [](const d_ino_question&) { return d_ino_answer::real; }};

inline constexpr rule<once_merged_question, once_merged_answer> once_merged_as_merged{
    "once-merged-as-merged", [](const once_merged_question&) { return once_merged_answer::merged; }};
inline constexpr rule<once_merged_question, once_merged_answer> once_merged_as_real{
    "once-merged-as-real", [](const once_merged_question&) { return once_merged_answer::real; }};

}  // namespace ovlsim::rules
