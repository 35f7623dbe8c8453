// Where events go, in the order of the frames that made them.
#pragma once

#include "sensor/model/event.h"

namespace telltale {

class EventSink {
 public:
  virtual ~EventSink() = default;
  virtual void on_event(Event&& event) = 0;
};

}  // namespace telltale
