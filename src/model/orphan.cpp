#include "model/orphan.hpp"

namespace ashlar {
Json to_json(const Orphan& orphan, const std::string& provider) {
  return {{"type", orphan.type},
          {"providerId", orphan.provider_id},
          {"provider", provider},
          {"name", orphan.name},
          {"region", text_or_null(orphan.region)},
          {"size", text_or_null(orphan.size)},
          {"resourceId", text_or_null(orphan.resource_id)},
          {"because", orphan.because},
          {"monthlyUsd", orphan.monthly_usd},
          {"createdAt", orphan.created_at ? Json(to_rfc3339(*orphan.created_at)) : Json(nullptr)}};
}

}  // namespace ashlar
