#include "cloud/digitalocean/machine_lists.hpp"

namespace ashlar::cloud {

MachineLists::Machines MachineLists::get(const std::string& tag, Millis age) {
  const Time now = clock_.now();
  std::promise<Machines> promise;
  bool mine = false;
  const auto list = entries_.with([&](Entries& entries) {
    const auto known = entries.find(tag);
    // At age zero nothing is shared: what was sent in this same millisecond may miss what the
    // caller has just done.
    if (known != entries.end() && age > Millis{0} && known->second.sent_at >= now - age) {
      return known->second.list;
    }
    mine = true;
    forget_old(entries, now);
    auto shared = promise.get_future().share();
    entries[tag] = {now, shared};
    return shared;
  });
  if (!mine) return list.get();
  try {
    promise.set_value(fetch_(tag));
  } catch (...) {
    promise.set_exception(std::current_exception());
    entries_.with([&](Entries& entries) {
      const auto known = entries.find(tag);
      if (known != entries.end() && known->second.sent_at == now) entries.erase(known);
    });
  }
  return list.get();
}

void MachineLists::forget_old(Entries& entries, Time now) {
  std::erase_if(entries, [&](const auto& entry) {
    return entry.second.sent_at < now - std::chrono::minutes(1);
  });
}

}  // namespace ashlar::cloud
