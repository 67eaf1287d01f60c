package dev.muster.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.cli.command.MusterRun.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with a file is said with its name and line, and nobody is asked. */
class FilesTest {

    @TempDir
    private Path folder;

    private Result muster(String... words) {
        return new MusterRun().in(folder).run(words);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static final String SOUND = """
            apiVersion: muster.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: digits}
            spec:
              gang: {hosts: 3, perHost: {accelerators: 2}}
              template: {command: [java, Train.java], workingDirectory: .}
            """;

    @Test
    void aSoundJobIsValid() throws IOException {
        write("job.yaml", SOUND);

        Result result = muster("validate", "job.yaml");

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo("job.yaml is valid: TrainingJob default/digits\n");
        assertThat(muster("validate", "job.yaml", "-o", "json").out())
                .contains("\"valid\": true")
                .contains("\"problems\": []");
    }

    @Test
    void everyProblemIsNamedWithItsLine() throws IOException {
        write("job.yaml", SOUND.replace("hosts: 3", "hosts: 0").replace("  template", "  prioritty: 1\n  template"));

        Result result = muster("validate", "job.yaml");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err().lines())
                .hasSize(2)
                .anyMatch(line -> line.startsWith("job.yaml:5: spec.gang.hosts: "))
                .anyMatch(line -> line.equals("job.yaml:6: spec.prioritty: unknown field; did you mean priority?"));
        assertThat(muster("validate", "job.yaml", "-o", "json").out())
                .contains("\"valid\": false")
                .contains("\"line\": 6");
        Result submitted = muster("submit", "job.yaml");
        assertThat(submitted.exitCode()).isEqualTo(2);
        assertThat(submitted.err()).isEqualTo(result.err());
    }

    @Test
    void aClusterFileIsKnownByItsKind() throws IOException {
        write("cluster.yaml", """
                apiVersion: muster.dev/v1alpha1
                kind: Cluster
                levels: [rack]
                hosts:
                  - {name: n1, path: [r1], accelerators: 8, cpus: 8, memory: 1Gi}
                """);

        assertThat(muster("validate", "cluster.yaml").out()).isEqualTo("cluster.yaml is valid: Cluster 1 hosts\n");
    }

    @Test
    void whatIsNoReadableFileIsRefused() throws IOException {
        Files.createDirectories(folder.resolve("dir"));
        write("empty.yaml", "");
        write("broken.yaml", "kind: [TrainingJob\nspec: {");
        write("two.yaml", SOUND + "---\n" + SOUND);
        write("large.yaml", "# " + "x".repeat(10 << 20));
        write("huge.yaml", "# " + "x".repeat(17 << 20));

        assertThat(muster("submit", "none.yaml").err())
                .isEqualTo("muster: none.yaml: there is no such file; check the path\n");
        assertThat(muster("submit", "dir").err()).isEqualTo("muster: dir is a directory; name the file in it\n");
        for (String name : new String[] {"empty.yaml", "broken.yaml", "two.yaml"}) {
            Result result = muster("submit", name);
            assertThat(result.exitCode()).as(name).isEqualTo(2);
            assertThat(result.err()).as(name).startsWith(name + ":").hasLineCount(1);
        }
        assertThat(muster("submit", "large.yaml").err())
                .isEqualTo("muster: large.yaml is larger than 1 MiB; is it the right file?\n");
        assertThat(muster("validate", "large.yaml").exitCode()).isEqualTo(2);
        assertThat(muster("validate", "huge.yaml").err())
                .isEqualTo("muster: huge.yaml is larger than 16 MiB; is it the right file?\n");
    }

    @Test
    void theConfigurationNamesAServer() throws IOException {
        Files.createDirectories(folder.resolve("muster"));
        write("muster/config.yaml", """
                context: lab
                contexts:
                  - {name: home, server: 127.0.0.1:2}
                  - {name: lab, server: 127.0.0.1:1, namespace: research}
                """);

        Result result =
                new MusterRun().with("XDG_CONFIG_HOME", folder.toString()).run("list");

        assertThat(result.err()).startsWith("muster: controller at 127.0.0.1:1 is not reachable");
        assertThat(new MusterRun()
                        .with("XDG_CONFIG_HOME", folder.toString())
                        .with("MUSTER_SERVER", "127.0.0.1:3")
                        .run("list")
                        .err())
                .contains("127.0.0.1:3");
    }

    @Test
    void aWrongConfigurationIsNamed() throws IOException {
        Files.createDirectories(folder.resolve("muster"));
        write("muster/config.yaml", "context: lab\ncontexts: []\n");
        MusterRun run = new MusterRun().with("XDG_CONFIG_HOME", folder.toString());
        assertThat(run.run("list").exitCode()).isEqualTo(2);
        assertThat(run.run("list").err()).contains("there is no context named \"lab\"");

        write("muster/config.yaml", "contxt: lab\n");
        assertThat(run.run("list").err()).contains("config.yaml:1: contxt: unknown field; did you mean context");
    }
}
