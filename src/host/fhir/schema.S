// FHIR R4's JSON schema, in the binary: tools/fhir_schema.mjs makes the file.
        .section .rodata
        .global caduceus_fhir_schema, caduceus_fhir_schema_end
caduceus_fhir_schema:
        .incbin CADUCEUS_FHIR_SCHEMA
caduceus_fhir_schema_end:
        .section .note.GNU-stack, "", @progbits
