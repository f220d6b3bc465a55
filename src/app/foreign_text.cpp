#include "app/foreign_text.h"

#include "host/fhir/shown_text.h"

namespace caduceus {

std::string one_line(std::string_view foreign) { return fhir::shown_text(foreign, std::string::npos); }

std::string one_line(const Refusal& refusal) { return one_line(refusal.explanation.value) + " (" + one_line(refusal.reason.value) + ")"; }

}  // namespace caduceus
