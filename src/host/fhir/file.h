// Any file as a medical record: a document, an image, what another system wrote.
#pragma once

#include "core/base/result.h"
#include "host/fhir/emr.h"

namespace caduceus::fhir {

// By what it begins with, else by its name's ending: PDF, DICOM, C-CDA, FHIR as XML, JPEG, PNG, RTF, JSON, text; else application/octet-stream.
[[nodiscard]] std::string media_type_of(ByteView beginning, const std::filesystem::path& path);

// Its content is the file, of which a few KiB are read; its title the file's name. Failure: it cannot be opened, is no file, or empty.
[[nodiscard]] Result<Emr> import_file(const std::filesystem::path& path);

}  // namespace caduceus::fhir
