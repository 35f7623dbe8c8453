// Captures dropped on the page, and the reports of their audits.
#include "sensor/web/api.h"

namespace telltale {
namespace {

Uploads& uploads_of(const ApiCall& call) {
  if (call.parts.uploads == nullptr) {
    throw ApiError(409, "no captures are taken here; web.max_upload and a store allow it");
  }
  return *call.parts.uploads;
}

void put_upload(JsonText& out, const Uploads::State& state) {
  out.begin_object();
  out.string("id", state.id);
  out.string("name", state.name);
  out.string("state", state.state);
  out.real("progress", state.progress);
  out.integer("bytes", state.bytes);
  out.integer("findings", state.findings);
  out.integer("alerts", state.alerts);
  out.string("problem", state.problem);
  out.end_object();
}

WebReply state_reply(const Uploads::State& state) {
  JsonText out;
  put_upload(out, state);
  return json_reply(out);
}

WebReply receive(const ApiCall& call, Uploads::Part part) {
  Uploads& uploads = uploads_of(call);
  uploads.receive(call.ids[0], part, call.request.parameter("name"), call.request);
  return state_reply(uploads.state(call.ids[0]));
}

}  // namespace

WebReply api_uploads(const ApiCall& call) {
  JsonText out;
  out.begin_object();
  out.array("items", uploads_of(call).all(),
            [&](const Uploads::State& state) { put_upload(out, state); });
  out.string("next", "");
  out.end_object();
  return json_reply(out);
}

WebReply api_new_upload(const ApiCall& call) {
  Uploads& uploads = uploads_of(call);
  return state_reply(uploads.state(uploads.create()));
}

WebReply api_upload(const ApiCall& call) {
  return state_reply(uploads_of(call).state(call.ids[0]));
}

WebReply api_put_capture(const ApiCall& call) { return receive(call, Uploads::Part::capture); }
WebReply api_put_keys(const ApiCall& call) { return receive(call, Uploads::Part::keys); }

WebReply api_start_upload(const ApiCall& call) {
  Uploads& uploads = uploads_of(call);
  uploads.start(call.ids[0]);
  return state_reply(uploads.state(call.ids[0]));
}

WebReply api_upload_report(const ApiCall& call) {
  WebReply reply;
  reply.body = uploads_of(call).report(call.ids[0]);
  reply.type = "text/html; charset=utf-8";
  // A page of its own making: its style and script stand in it, and it may ask nothing of anybody.
  reply.headers.emplace_back("Content-Security-Policy",
                             "sandbox allow-scripts allow-popups; default-src 'none'; style-src "
                             "'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; "
                             "base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  return reply;
}

WebReply api_remove_upload(const ApiCall& call) {
  uploads_of(call).remove(call.ids[0]);
  WebReply reply;
  reply.status = 204;
  return reply;
}

}  // namespace telltale
