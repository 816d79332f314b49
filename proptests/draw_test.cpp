// SPDX-License-Identifier: Apache-2.0
//
// Pictures: what stored handles are said to mean, what a command is said to have changed, and that everything can be read: no box lies
// on another, no text leaves its own.
#include "ovlsim/draw.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include "draw/arrow_paths.hpp"
#include "draw/layout.hpp"
#include "draw/routes.hpp"
#include "explain/columns.hpp"
#include "ovlsim/policy.hpp"
#include "ovlsim/random.hpp"

namespace ovlsim::testing {
namespace {

using drawing::element;
using drawing::shape;

constexpr std::uint64_t drawn_stories = 60;

std::vector<scene> drawn(std::string_view text, const kernel& k = linux_6_18) {
  const parsed_scenario p = parse_scenario(text, "story");
  for (const scenario_error& e : p.errors) ADD_FAILURE() << to_string(e);
  return draw(p.value, k);
}

std::string example_text(const std::string& name) {
  std::ifstream stream(OVLSIM_SOURCE_DIR "/examples/" + name);
  std::stringstream text;
  text << stream.rdbuf();
  EXPECT_FALSE(text.str().empty()) << name;
  return text.str();
}

/// The row in the panel of that title whose text begins so; null where there is none.
const scene_row* row_in(const scene& s, const std::string& panel, const std::string& begin) {
  for (const scene_panel& p : s.panels) {
    if (p.title != panel) continue;
    for (const scene_row& r : p.rows) {
      if (r.text.starts_with(begin)) return &r;
    }
  }
  return nullptr;
}

const scene_panel* panel_of(const scene& s, const std::string& key) {
  for (const scene_panel& p : s.panels) {
    if (std::any_of(p.rows.begin(), p.rows.end(), [&](const scene_row& r) { return r.key == key; })) return &p;
  }
  return nullptr;
}

/// `wrong up:/u low:/` for each arrow of a kind.
std::multiset<std::string> arrows_of(const scene& s, scene_arrow::kind what) {
  std::multiset<std::string> found;
  for (const scene_arrow& a : s.arrows) {
    if (a.what != what) continue;
    const scene_panel* from = panel_of(s, a.from);
    const scene_panel* to = panel_of(s, a.to);
    found.insert((from == nullptr ? "?" : from->title) + " " + (to == nullptr ? "-" : to->title));
  }
  return found;
}

using set = std::multiset<std::string>;
using kind = scene_arrow::kind;

constexpr std::string_view story_of_one_file =
    "mkfs build tmpfs\ncreate build:/A \"A v1\"\nmksquashfs low build:/\nmkfs up tmpfs\nmkdir up:/u\nmkdir up:/w\n"
    "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on\nappend m:/A \"!\"\n";

TEST(draw, an_origin_leads_to_the_file_that_was_copied_up) {
  const scene last = drawn(story_of_one_file).back();
  EXPECT_EQ(arrows_of(last, kind::origin), (set{"up:/u low:/"}));
  EXPECT_EQ(arrows_of(last, kind::wrong), set{});
  ASSERT_NE(row_in(last, "up:/u", "means low:/A"), nullptr);
  EXPECT_EQ(row_in(last, "up:/u", "means low:/A")->what, scene_row::kind::good);
}

TEST(draw, an_origin_that_means_another_file_is_wrong) {
  const scene last = drawn(example_text("00-collision.ovl")).back();
  EXPECT_EQ(arrows_of(last, kind::wrong), (set{"up:/u low:/"}));
  EXPECT_EQ(arrows_of(last, kind::origin), (set{"up:/u low:/"}));
  ASSERT_NE(row_in(last, "up:/u", "wrong: means low:/B, was low:/A"), nullptr);
  EXPECT_EQ(arrows_of(last, kind::refused), (set{"m low:/"}));
  EXPECT_NE(row_in(last, "m", "m:/B: ESTALE"), nullptr);
  EXPECT_EQ(last.title, "stat m:/B -> ESTALE");
}

TEST(draw, a_name_with_the_inode_of_another_file_is_told) {
  const std::vector<scene> all = drawn(example_text("08-collision-that-is-silent.ovl"));
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [](const scene& s) { return row_in(s, "m", "m:/B: the inode of another file") != nullptr; }), 1);
}

TEST(draw, an_origin_that_is_not_followed_is_told_from_one_that_means_nothing) {
  const std::string story = std::string(story_of_one_file) + "umount m\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\n";
  const scene last = drawn(story).back();  // without xino, the handles of a squashfs are not decoded
  EXPECT_EQ(arrows_of(last, kind::ignored), (set{"up:/u low:/"}));
  EXPECT_NE(row_in(last, "up:/u", "not followed; would mean low:/A"), nullptr);
  const scene gone = drawn(std::string(story_of_one_file) + "umount m\nunlink build:/A\nmkfs other tmpfs\nmksquashfs low other:/\n"
                           "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w xino=on\n").back();
  EXPECT_EQ(arrows_of(gone, kind::dangling), set{});  // inode 1 is the root of the empty image now
  EXPECT_EQ(arrows_of(gone, kind::ignored), (set{"up:/u low:/"}));  // which is no file, so the origin is refused
  const scene dangling = drawn("mkfs low ext4\ncreate low:/A \"a\"\nmkfs up tmpfs\nmkdir up:/u\nmkdir up:/w\n"
                               "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\nappend m:/A \"!\"\numount m\nunlink low:/A\n").back();
  EXPECT_EQ(arrows_of(dangling, kind::dangling), (set{"up:/u -"}));
  EXPECT_NE(row_in(dangling, "up:/u", "dangling: means no inode"), nullptr);
}

TEST(draw, without_a_mount_the_filesystems_are_asked) {
  const std::string story = std::string(story_of_one_file) + "umount m\n";
  EXPECT_NE(row_in(drawn(story).back(), "up:/u", "would mean low:/A"), nullptr);
}

/// Two uppers on one filesystem, over images without a UUID: each means its own lower, mounted or not.
TEST(draw, uppers_on_one_filesystem_are_told_apart) {
  const std::string story =
      "mkfs s1 tmpfs\ncreate s1:/A \"a\"\nmksquashfs low1 s1:/\nmkfs s2 tmpfs\ncreate s2:/B \"b\"\nmksquashfs low2 s2:/\nmkfs up tmpfs\n"
      "mkdir up:/u1\nmkdir up:/w1\nmkdir up:/u2\nmkdir up:/w2\nmount a lowerdir=low1:/ upperdir=up:/u1 workdir=up:/w1 xino=on\n"
      "mount b lowerdir=low2:/ upperdir=up:/u2 workdir=up:/w2 xino=on\nappend a:/A \"!\"\nappend b:/B \"!\"\n";
  const scene mounted = drawn(story).back();
  EXPECT_NE(row_in(mounted, "up:/u1", "means low1:/A"), nullptr);
  EXPECT_NE(row_in(mounted, "up:/u2", "means low2:/B"), nullptr);
  const scene left = drawn(story + "umount a\numount b\n").back();
  EXPECT_NE(row_in(left, "up:/u1", "would mean low1:/A"), nullptr);
  EXPECT_NE(row_in(left, "up:/u2", "would mean low2:/B"), nullptr);
}

/// Two overlays on one upper: what one of them follows is no dangling handle because the other has no such lower.
TEST(draw, each_overlay_of_an_upper_is_asked) {
  const std::string story =
      "mkfs l1 ext4\ncreate l1:/X \"x\"\nmkfs l2 ext4\ncreate l2:/Y \"y\"\nmkfs up tmpfs\nmkdir up:/u\nmkdir up:/w\nmkdir up:/w2\n"
      "mount a lowerdir=l1:/ upperdir=up:/u workdir=up:/w\nmount b lowerdir=l2:/ upperdir=up:/u workdir=up:/w2\nappend b:/Y \"!\"\n";
  EXPECT_NE(row_in(drawn(story).back(), "up:/u", "means l2:/Y"), nullptr);
}

TEST(draw, a_policy_that_follows_nothing_shows_it) {
  kernel k = linux_6_18;
  policy_named("nofollow")->apply(k);
  const scene last = drawn(story_of_one_file, k).back();
  EXPECT_EQ(arrows_of(last, kind::origin), set{});
  EXPECT_EQ(arrows_of(last, kind::ignored), (set{"up:/u low:/"}));
}

TEST(draw, an_index_entry_leads_to_its_upper_and_keys_to_real_inodes) {
  const scene last = drawn("mkfs low ext4\nmkdir low:/d\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n"
                           "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on nfs_export=on\nmkdir m:/d/e\n").back();
  EXPECT_EQ(arrows_of(last, kind::origin), (set{"up:/u low:/", "up:/u low:/", "up:/w up:/u", "up:/w up:/u"}));
  EXPECT_FALSE(arrows_of(last, kind::hashed).empty());
}

TEST(draw, a_layer_on_an_overlay_is_shown_by_that_overlay) {
  const scene last = drawn("mkfs low ext4\ncreate low:/A \"a\"\nmkfs bottom ext4\nmount one lowerdir=low:/,bottom:/\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n"
                           "mount two lowerdir=one:/ upperdir=up:/u workdir=up:/w\nstat two:/A\n").back();
  EXPECT_EQ(arrows_of(last, kind::hashed).count("two one"), 1U);
}

/// The rows of a scene that are said to be otherwise than before.
set changed_in(const scene& s) {
  set changed;
  for (const scene_panel& p : s.panels) {
    for (const scene_row& r : p.rows) {
      if (r.changed) changed.insert(p.title + " " + r.text);
    }
  }
  return changed;
}

TEST(draw, what_a_command_changed_is_marked_and_nothing_else) {
  const std::vector<scene> all = drawn("mkfs a ext4\ncreate a:/A \"a\"\ncreate a:/B \"b\"\nappend a:/A \"!\"\nstat a:/A\nrename a:/B a:/C\nunlink a:/C\n");
  EXPECT_EQ(changed_in(all[0]), (set{"a:/ /"}));
  EXPECT_EQ(changed_in(all[1]), (set{"a:/ A", "a:/ \"a\""}));
  EXPECT_EQ(changed_in(all[3]), (set{"a:/ \"a!\""}));
  EXPECT_EQ(changed_in(all[4]), set{});
  EXPECT_EQ(changed_in(all[5]), (set{"a:/ C", "a:/ \"b\""}));
  EXPECT_EQ(changed_in(all[6]), set{});
}

TEST(draw, panels_stay_in_their_columns) {
  const std::vector<scene> all = drawn(example_text("00-collision.ovl"));
  for (const scene& s : all) {
    ASSERT_GE(s.panels.size(), 4U) << s.title;
    EXPECT_EQ(s.panels[0].title + s.panels[1].title + s.panels[2].title + s.panels[3].title, "mup:/uup:/wlow:/") << s.title;
    EXPECT_EQ(s.panels[3].column, 2U);
  }
  EXPECT_TRUE(all.front().panels[0].is_absent);
}

// ------------------------------------------------------------------------------------------------------------ legibility

struct box {
  int left, top, right, bottom;
  bool overlaps(const box& b) const { return left < b.right && b.left < right && top < b.bottom && b.top < bottom; }
  bool holds(const box& b) const { return left <= b.left && top <= b.top && right >= b.right && bottom >= b.bottom; }
};

box box_of(const element& e) {
  const shape& s = e.shapes.front();
  return {e.x + s.x, e.y + s.y, e.x + s.x + s.width, e.y + s.y + s.height};
}

/// Everything that makes a picture unreadable, in words.
std::string unreadable(const drawing::layout& l) {
  std::string faults;
  std::vector<const element*> panels;
  std::vector<const element*> rows;
  for (const element& e : l.elements) {
    if (e.what == element::kind::panel) panels.push_back(&e);
    if (e.what == element::kind::row) rows.push_back(&e);
    if (e.what != element::kind::arrow) {
      const box own = box_of(e);
      if (own.right > l.width || own.bottom > l.height) faults += e.key + " leaves the picture\n";
      for (const shape& s : e.shapes) {
        if (s.what != shape::kind::text) continue;
        constexpr int ascent = 11;
        constexpr int descent = 3;
        const int left = e.x + (s.look == "note" ? s.x - s.width : s.x);
        const box text = {left, e.y + s.y - ascent, left + s.width, e.y + s.y + descent};
        if (!own.holds(text)) faults += e.key + ": `" + s.text + "` leaves its box\n";
        const int stated = s.look == "title" ? drawing::title_char
                           : s.look == "words" && (e.look.starts_with("row name") || e.look.starts_with("row inode")) ? drawing::big_char
                                                                                                                   : drawing::small_char;
        if (s.width * 10 < static_cast<int>(explaining::columns_of(s.text)) * stated) faults += e.key + ": `" + s.text + "` takes more than it says\n";
        for (const shape& t : e.shapes) {
          if (&t == &s || t.what != shape::kind::text || t.y != s.y) continue;
          const int other = e.x + (t.look == "note" ? t.x - t.width : t.x);
          if (left < other + t.width && other < left + s.width) faults += e.key + ": `" + s.text + "` lies on `" + t.text + "`\n";
        }
      }
    }
  }
  for (std::size_t i = 0; i < panels.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (box_of(*panels[i]).overlaps(box_of(*panels[j]))) faults += panels[i]->key + " lies on " + panels[j]->key + "\n";
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (box_of(*rows[i]).overlaps(box_of(*rows[j]))) faults += rows[i]->key + " lies on " + rows[j]->key + "\n";
    }
    const bool in_one = std::any_of(panels.begin(), panels.end(), [&](const element* p) { return box_of(*p).holds(box_of(*rows[i])); });
    if (!in_one) faults += rows[i]->key + " is in no panel\n";
  }
  return faults;
}

std::string story_of_many_files(int files) {
  std::string text = "mkfs low ext4\nmkdir low:/directory\n";
  for (int i = 0; i < files; ++i) text += "create low:/directory/file-" + std::to_string(i) + " \"content of file " + std::to_string(i) + "\"\n";
  text += "mkfs up ext4\nmkdir up:/u\nmkdir up:/w\nmount m lowerdir=low:/ upperdir=up:/u workdir=up:/w index=on\n";
  for (int i = 0; i < files; ++i) text += (i % 2 == 0 ? "append m:/directory/file-" : "stat m:/directory/file-") + std::to_string(i) + (i % 2 == 0 ? " \"!\"\n" : "\n");
  return text;
}

TEST(draw, a_mount_with_thirty_files_can_be_read) {
  const scene last = drawn(story_of_many_files(30)).back();
  EXPECT_EQ(unreadable(drawing::lay_out(last)), "");
  EXPECT_EQ(arrows_of(last, kind::origin).count("up:/u low:/"), 17U);  // 15 files, their directory, and the root for the index
  EXPECT_EQ(arrows_of(last, kind::hashed).size(), 31U);
}

TEST(draw, long_and_strange_names_can_be_read) {
  const std::string text = "mkfs a ext4\ncreate a:/" + std::string(250, 'x') + " \"" + std::string(500, 'y') + "\"\ncreate \"a:/\\xff\\xfe\" \"\\x00\\x01\"\ncreate \"a:/\\xef\\xbf\\xbe\" \"\\xef\\xbf\\xbf\"\n" +
                           "create \"a:/\xe6\x97\xa5\xe6\x9c\xac\" \"<&>\"\nmkdir a:/d\nmkdir a:/d/d\nmkdir a:/d/d/d\nmkdir a:/d/d/d/d\nmkdir a:/d/d/d/d/d\n"
                           "symlink \"" + std::string(300, 'z') + "\" a:/d/d/d/d/d/link\n";
  for (const scene& s : drawn(text)) EXPECT_EQ(unreadable(drawing::lay_out(s)), "");
}

/// In a tree of twelve levels every name is whole and every level is seen, and paths that differ at their ends are told apart.
TEST(draw, a_deep_tree_can_be_read) {
  constexpr int levels = 12;
  std::string story = "mkfs low ext4\n";
  std::string path;
  for (int n = 1; n < levels; ++n) {
    path += "/directory-" + std::to_string(n);
    story += "mkdir low:" + path + "\n";
  }
  story += "create low:" + path + "/first-file.ko \"1\"\ncreate low:" + path + "/second-file.ko \"2\"\nmkfs up ext4\nmkdir up:/u\nmkdir up:/w\n"
           "mount m lowerdir=low:/ upperdir=up:/u workdir=up:/w\nappend m:" + path + "/first-file.ko \"!\"\nstat m:" + path + "/second-file.ko\n";
  const drawing::layout l = drawing::lay_out(drawn(story).back());
  EXPECT_EQ(unreadable(l), "");
  std::map<std::string, std::set<int>> places;
  std::multiset<std::string> inodes;
  for (const element& e : l.elements) {
    if (e.what != element::kind::row) continue;
    if (e.look == "row name") places[e.shapes[1].text].insert(e.shapes[1].x);
    if (e.look == "row inode") inodes.insert(e.shapes[1].text);
  }
  int before = 0;
  for (int n = 1; n < levels; ++n) {
    const std::set<int>& at = places["directory-" + std::to_string(n) + "/"];
    ASSERT_FALSE(at.empty()) << n;
    EXPECT_GT(*at.begin(), before);
    before = *at.begin();
  }
  EXPECT_GT(*places["first-file.ko"].begin(), before);
  EXPECT_EQ(places.count("second-file.ko"), 1U);
  EXPECT_EQ(std::set<std::string>(inodes.begin(), inodes.end()).size(), inodes.size()) << "no two inodes are shown alike";
}

/// The four letters are not the byte, in names, contents, targets and xattrs.
TEST(draw, text_is_told_from_bytes) {
  const scene last = drawn("mkfs a ext4\nmkdir a:/d\ncreate a:/d/0xff \"0xff\"\ncreate \"a:/d/\\xff\" \"\\xff\"\nlink \"a:/d/\\xff\" a:/e\n"
                           "symlink \"0xff\" a:/s\nsymlink \"\\xff\" a:/t\nsetxattr a:/d/0xff user.x \"0xff\"\nsetxattr a:/e user.x \"\\xff\"\n"
                           "create a:/g \"a hole\"\ncreate a:/h \"\"\ntruncate a:/h 6\n")
                         .back();
  std::multiset<std::string> texts;
  for (const scene_row& r : last.panels.front().rows) texts.insert(r.text);
  for (const char* shown : {"0xff", "\"0xff\"", "\"\\xff\"", "s -> 0xff", "t -> \"\\xff\"", "user.x: \"0xff\"", "user.x: 0xff", "\"a hole\"", "a hole",
                            "the same inode as \"a:/d/\\xff\""}) {
    EXPECT_GE(texts.count(shown), 1U) << shown;
  }
  EXPECT_EQ(texts.count("0xff"), 2U) << "the name in letters, and the content that is a byte";
}

/// Of a large value its beginning is shown, and nothing weighs as much as it.
TEST(draw, large_values_are_cut) {
  const std::string large(4000, 'v');
  const scene last = drawn("mkfs a ext4\ncreate a:/A \"" + large + "\"\nsetxattr a:/A user.x \"" + large + "\"\n").back();
  EXPECT_LT(to_svg(last).size(), to_svg(drawn("mkfs a ext4\ncreate a:/A \"\"\n").back()).size() + 2000);
  const scene_row* const value = row_in(last, "a:/", "user.x: ");
  ASSERT_NE(value, nullptr);
  EXPECT_NE(value->words.find("... (4000 bytes)"), std::string::npos) << value->words;
}

/// Tags that are opened and not closed, or closed and not opened; a `&` that begins no entity.
std::string ill_formed(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = 0; (at = xml.find_first_of("<&", at)) != std::string::npos; ++at) {
    if (xml[at] == '&') {
      if (xml.find(';', at) - at > 6) return "a bare & at " + std::to_string(at);
      continue;
    }
    const std::size_t end = xml.find('>', at);
    if (end == std::string::npos) return "a tag that does not end";
    const std::string tag = xml.substr(at + 1, end - at - 1);
    const std::string name = tag.substr(0, tag.find(' '));
    if (tag.starts_with('?') || tag.ends_with('/')) continue;
    if (!tag.starts_with('/')) {
      open.push_back(name);
    } else if (open.empty() || "/" + open.back() != name) {
      return "</" + name + "> at " + std::to_string(at);
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? std::string() : "<" + open.back() + "> is not closed";
}

TEST(draw, every_random_story_can_be_drawn_and_read) {
  for (std::uint64_t n = 0; n < drawn_stories; ++n) {
    const std::uint64_t seed = story_seed(23, n);
    story_shape what = random_shape(seed);
    what.all_features = n % 2 == 0;
    const scenario s = random_story(seed, what);
    const std::vector<scene> all = draw(s, linux_6_18);
    for (std::size_t step = 0; step < all.size(); ++step) {
      std::set<std::string> keys;
      for (const scene_panel& p : all[step].panels) {
        EXPECT_TRUE(keys.insert(p.key).second) << p.key;
        for (const scene_row& r : p.rows) EXPECT_TRUE(keys.insert(r.key).second) << r.key;
      }
      for (const scene_arrow& a : all[step].arrows) {
        EXPECT_EQ(keys.count(a.from), 1U) << a.from;
        EXPECT_EQ(keys.count(a.to), a.what == kind::dangling ? 0U : 1U) << a.to;
      }
      if (step % 8 != 0 && step + 1 != all.size()) continue;
      EXPECT_EQ(unreadable(drawing::lay_out(all[step])), "") << "story " << n << ", step " << step + 1;
      EXPECT_EQ(ill_formed(to_svg(all[step])), "") << "story " << n << ", step " << step + 1;
    }
  }
}

TEST(draw, arrows_cross_no_panel) {
  const drawing::layout l = drawing::lay_out(drawn(story_of_many_files(30)).back());
  std::size_t seen = 0;
  for (const element& e : l.elements) {
    if (e.what != element::kind::arrow) continue;
    // The points of `M x y L x y Q x y x y ... L x y`: two by two.
    std::string points = drawing::paths_along(e.route).line;
    std::replace_if(points.begin(), points.end(), [](char c) { return c == 'M' || c == 'L' || c == 'Q'; }, ' ');
    std::istringstream in(points);
    int before_x = -1;
    int before_y = -1;
    for (int x = 0, y = 0; in >> x >> y; before_x = x, before_y = y, ++seen) {
      if (before_x < 0) continue;
      const box way = {std::min(before_x, x), std::min(before_y, y), std::max(before_x, x), std::max(before_y, y)};
      for (const element& p : l.elements) {
        if (p.what != element::kind::panel) continue;
        const box b = box_of(p);
        EXPECT_FALSE(way.right > b.left && way.left < b.right && way.bottom > b.top && way.top < b.bottom) << e.key << " crosses " << p.key;
      }
    }
  }
  EXPECT_GT(seen, 100U);
}

}  // namespace
}  // namespace ovlsim::testing
