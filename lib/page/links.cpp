// SPDX-License-Identifier: Apache-2.0
#include "page/links.hpp"

#include <algorithm>
#include <optional>

#include "text/utf8.hpp"

namespace ovlsim::paging {

namespace {

constexpr std::string_view suffix = ".md";

std::string decoded(std::string_view url) {
  std::string bytes;
  for (std::size_t i = 0; i < url.size(); ++i) {
    const bool is_escape = url[i] == '%' && i + 2 < url.size() && text::hex_digit(url[i + 1]) >= 0 && text::hex_digit(url[i + 2]) >= 0;
    bytes += is_escape ? static_cast<char>(text::hex_digit(url[i + 1]) * 16 + text::hex_digit(url[i + 2])) : url[i];
    i += is_escape ? 2 : 0;
  }
  return bytes;
}

/// What GitHub makes of a heading's words.
std::string part_of(std::string_view words) {
  std::string part;
  for (const char c : words) {
    const auto byte = static_cast<unsigned char>(c);
    if (c >= 'A' && c <= 'Z') part += static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || byte >= 0x80) part += c;
    if (c == ' ') part += '-';
  }
  return part;
}

/// `text` up to `mark`, and what is behind it where it is there.
struct halves {
  std::string_view before;
  std::optional<std::string_view> behind;
};
halves halves_of(std::string_view text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, at), text.substr(at + 1)};
}

bool is_step(std::string_view part, std::size_t steps) {
  constexpr std::string_view prefix = "step-";
  if (!part.starts_with(prefix)) return false;
  part.remove_prefix(prefix.size());
  for (std::size_t n = 1; n <= steps; ++n) {
    if (part == std::to_string(n)) return true;
  }
  return false;
}

}  // namespace

std::string encoded(std::string_view page) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string url;
  for (const char c : page) {
    const auto byte = static_cast<unsigned char>(c);
    const bool stays = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    url += stays ? std::string(1, c) : std::string{'%', digits[byte >> 4U], digits[byte & 0xfU]};
  }
  return url;
}

std::string address_of(std::string_view page) { return encoded(page) + ".html"; }

std::string text_of(std::string_view page) { return std::string(page == list_of_lessons ? "README" : page).append(suffix); }

void name_headings(cmark_node* text, std::set<std::string>& taken) {
  each_of(text, CMARK_NODE_HEADING, [&taken](cmark_node* heading) {
    const std::string words = part_of(words_of(heading));
    if (words.empty()) return;
    std::string part = words;
    for (std::size_t n = 1; !taken.insert(part).second; ++n) part = words + "-" + std::to_string(n);
    cmark_node* const anchor = cmark_node_new(CMARK_NODE_CUSTOM_INLINE);
    cmark_node_set_on_enter(anchor, ("<span id=\"" + part + "\"></span>").c_str());
    cmark_node_prepend_child(heading, anchor);
  });
}

void site_map::lead_to_pages(cmark_node* text, const std::string& page, std::vector<std::string>& errors) const {
  each_of(text, CMARK_NODE_LINK, [&](cmark_node* link) {
    const std::string url = cmark_node_get_url(link);
    if (url.empty()) return;
    const auto [address, part] = halves_of(url, '#');
    std::string to = decoded(address.starts_with("./") ? address.substr(2) : address);
    const bool is_elsewhere = to.find_first_of("/:") != std::string::npos && pages_.count(to.substr(0, to.rfind('.'))) == 0;
    if (is_elsewhere || (!to.empty() && !to.ends_with(suffix))) return;
    to = to.empty() ? page : to == text_of(list_of_lessons) ? std::string(list_of_lessons) : to.substr(0, to.size() - suffix.size());
    const std::string place = text_of(page) + ":" + std::to_string(cmark_node_get_start_line(link)) + ": ";
    const auto known = pages_.find(to);
    if (known == pages_.end()) {
      errors.push_back(place + "there is no lesson " + to + " to which its link could lead; name one, or write the whole address of a text elsewhere");
      return;
    }
    if (part && !part->empty() && known->second.parts.count(decoded(*part)) == 0 && !is_step(*part, known->second.steps)) {
      const std::string where = to == list_of_lessons ? " above its table" : "";
      errors.push_back(place + text_of(to) + " has no heading" + where + " with the address #" + std::string(*part) + "; write one that it has, or leave it out");
      return;
    }
    const std::string led = (address.empty() ? std::string() : address_of(to)) + (part ? "#" + std::string(*part) : "");
    cmark_node_set_url(link, led.c_str());
  });
}

}  // namespace ovlsim::paging
