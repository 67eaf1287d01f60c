package dev.muster.controller.kubernetes.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DefinitionFilesTest {

    private static final String COMMAND =
            "mvn -ntp -pl controller -am test -Dtest=DefinitionFilesTest -Dcrds.write=true"
                    + " -Dsurefire.failIfNoSpecifiedTests=false";

    @Test
    void theChartShipsWhatTheClassesSay() throws IOException {
        if (Boolean.getBoolean("crds.write")) {
            DefinitionFiles.write();
        }
        Map<String, String> generated = DefinitionFiles.generated();
        assertThat(generated).hasSize(3);
        for (Map.Entry<String, String> file : generated.entrySet()) {
            Path committed = DefinitionFiles.FOLDER.resolve(file.getKey());
            assertThat(committed)
                    .as("%s; made anew by: %s", committed, COMMAND)
                    .exists()
                    .hasContent(file.getValue());
        }
        try (Stream<Path> files = Files.list(DefinitionFiles.FOLDER)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).sorted().toList();
            assertThat(names).as("files without a class").containsExactlyElementsOf(generated.keySet());
        }
    }
}
