#include "api/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

#include <cstdio>

namespace ashlar::api {
namespace {

using prometheus::MetricType;

/// Values that are read when they are asked for, rather than counted here.
prometheus::MetricFamily family(const char* name, const char* help, MetricType type, double value) {
  prometheus::MetricFamily family{.name = name, .help = help, .type = type, .metric = {{}}};
  if (type == MetricType::Counter)
    family.metric[0].counter.value = value;
  else
    family.metric[0].gauge.value = value;
  return family;
}

double resident_bytes() {
  long total = 0, resident = 0;
  std::FILE* file = std::fopen("/proc/self/statm", "re");
  if (file == nullptr) return 0;
  if (std::fscanf(file, "%ld %ld", &total, &resident) != 2) resident = 0;
  std::fclose(file);
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

struct Metrics::Impl {
  Impl(const engine::Engine& given, const std::string& version)
      : engine(given),
        requests(prometheus::BuildCounter()
                     .Name("ashlar_http_requests_total")
                     .Help("Requests answered, by method, route and status")
                     .Register(registry)),
        durations(
            prometheus::BuildHistogram()
                .Name("ashlar_http_request_duration_seconds")
                .Help(
                    "Time from a request's arrival to its answer, by route; streams to their start")
                .Register(registry)),
        streams(prometheus::BuildGauge()
                    .Name("ashlar_event_streams_open")
                    .Help("Clients that follow an operation now")
                    .Register(registry)
                    .Add({})) {
    prometheus::BuildGauge()
        .Name("ashlar_build_info")
        .Help("Always 1; the version is a label")
        .Register(registry)
        .Add({{"version", version}})
        .Set(1);
  }

  const engine::Engine& engine;
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests;
  prometheus::Family<prometheus::Histogram>& durations;
  prometheus::Gauge& streams;
};

Metrics::Metrics(const engine::Engine& engine, const std::string& version)
    : impl_(std::make_unique<Impl>(engine, version)) {}
Metrics::~Metrics() = default;

void Metrics::count_request(const std::string& method, const std::string& route, int status,
                            double seconds) {
  impl_->requests.Add({{"method", method}, {"route", route}, {"status", std::to_string(status)}})
      .Increment();
  impl_->durations
      .Add({{"route", route}},
           prometheus::Histogram::BucketBoundaries{0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10, 60})
      .Observe(seconds);
}

std::shared_ptr<void> Metrics::count_stream() {
  impl_->streams.Increment();
  return {nullptr, [this](void*) { impl_->streams.Decrement(); }};
}

std::string Metrics::text() const {
  auto families = impl_->registry.Collect();
  const auto counters = impl_->engine.counters();
  const auto add = [&](const char* name, const char* help, MetricType type, double value) {
    families.push_back(family(name, help, type, value));
  };
  add("ashlar_engine_transitions_total", "Committed changes of state since the start",
      MetricType::Counter, static_cast<double>(counters.transitions));
  add("ashlar_engine_steps_done_total", "Steps that finished", MetricType::Counter,
      static_cast<double>(counters.steps_done));
  add("ashlar_engine_steps_failed_total", "Steps that failed for good", MetricType::Counter,
      static_cast<double>(counters.steps_failed));
  add("ashlar_engine_steps_retried_total", "Attempts that failed and were to be repeated",
      MetricType::Counter, static_cast<double>(counters.steps_retried));
  add("ashlar_engine_steps_running", "Steps that run now", MetricType::Gauge,
      static_cast<double>(counters.running_now));
  add("ashlar_engine_observation_rounds_total", "Times that the resources to watch were listed",
      MetricType::Counter, static_cast<double>(counters.observation_rounds));
  add("ashlar_engine_observed_total", "Observations of resources that nobody asked for",
      MetricType::Counter, static_cast<double>(counters.observed));
  add("ashlar_engine_glances_total",
      "Times that a resource's machines were asked between two looks", MetricType::Counter,
      static_cast<double>(counters.glances));
  add("ashlar_engine_tasks_total",
      "Operations that Ashlar began by itself: to mend what had drifted, or as it was time",
      MetricType::Counter, static_cast<double>(counters.tasks));
  add("process_resident_memory_bytes", "Resident memory", MetricType::Gauge, resident_bytes());
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace ashlar::api
