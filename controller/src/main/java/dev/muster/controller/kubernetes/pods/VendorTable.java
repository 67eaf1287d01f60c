package dev.muster.controller.kubernetes.pods;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Under which extended resource the vendors' device plugins offer accelerators. The table is data: the first row whose
 * beginning fits the accelerator's type counts, so the longer ones come first.
 */
final class VendorTable {

    private static final String FILE = "vendors.json";

    /** What most clusters have, for a job that names no type on a node of which nothing is known. */
    static final String USUAL = "nvidia.com/gpu";

    private record Row(String typeBegins, String resource) {}

    private final List<Row> rows;

    private VendorTable(List<Row> rows) {
        this.rows = List.copyOf(rows);
    }

    static VendorTable load() {
        try (InputStream file = VendorTable.class.getResourceAsStream(FILE)) {
            List<Row> rows = new ArrayList<>();
            for (JsonNode row : new ObjectMapper().readTree(file)) {
                rows.add(new Row(
                        row.required("typeBegins").asText(),
                        row.required("resource").asText()));
            }
            return new VendorTable(rows);
        } catch (IOException broken) {
            throw new UncheckedIOException("cannot read " + FILE, broken);
        }
    }

    Optional<String> resource(String acceleratorType) {
        String type = acceleratorType.toLowerCase(Locale.ROOT);
        return rows.stream()
                .filter(row -> type.startsWith(row.typeBegins()))
                .map(Row::resource)
                .findFirst();
    }
}
