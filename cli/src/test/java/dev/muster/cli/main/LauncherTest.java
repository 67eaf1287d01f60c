package dev.muster.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher of a checkout, run by a real shell in a checkout of nothing, with a Maven that only says it was called. */
class LauncherTest {

    private record Result(int exitCode, String out, String err) {}

    @TempDir
    private Path folder;

    private Path checkout;
    private Path tools;

    @BeforeEach
    void makeCheckout() throws IOException {
        checkout = Files.createDirectories(folder.resolve("check out"));
        tools = Files.createDirectories(folder.resolve("tools"));
        Path root = Path.of(System.getProperty("muster.root"));
        Files.copy(root.resolve("muster"), checkout.resolve("muster"));
        Files.writeString(checkout.resolve("pom.xml"), "");
        Files.createDirectories(checkout.resolve("cli/src"));
        Files.writeString(checkout.resolve("cli/pom.xml"), "");
        Files.writeString(checkout.resolve("cli/src/Main.java"), "");
        for (String tool :
                List.of("bash", "find", "flock", "readlink", "mkdir", "touch", "mv", "grep", "head", "chmod")) {
            script(tool, "exec /usr/bin/" + tool + " \"$@\"");
        }
        script("javac", "echo javac 17.0.1");
        script("mvn", """
                echo built >> "%1$s/builds"
                mkdir -p "%1$s/target/muster/bin"
                printf '#!/bin/bash\\necho "ran with $*"\\nexit 7\\n' > "%1$s/target/muster/bin/muster"
                chmod +x "%1$s/target/muster/bin/muster"
                """.formatted(checkout));
    }

    private void script(String name, String text) throws IOException {
        Path file = tools.resolve(name);
        Files.writeString(file, "#!/bin/bash\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Result run(Path launcher, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/bash", launcher.toString()));
        command.addAll(List.of(arguments));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        Map<String, String> variables = builder.environment();
        variables.put("PATH", tools.toString());
        variables.remove("JAVA_HOME");
        int exitCode = builder.start().waitFor();
        return new Result(
                exitCode, Files.readString(out, StandardCharsets.UTF_8), Files.readString(err, StandardCharsets.UTF_8));
    }

    private long builds() throws IOException {
        Path builds = checkout.resolve("builds");
        return Files.exists(builds) ? Files.readAllLines(builds).size() : 0;
    }

    @Test
    void itBuildsOnceThenRunsWhatWasBuilt() throws IOException, InterruptedException {
        Result first = run(checkout.resolve("muster"), "list", "a b");
        Result second = run(checkout.resolve("muster"), "nodes");

        assertThat(first)
                .isEqualTo(new Result(
                        7, "ran with list a b\n", "building Muster; the first time this takes a minute or two\n"));
        assertThat(second).isEqualTo(new Result(7, "ran with nodes\n", ""));
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void itBuildsAgainWhenASourceIsNewerOrGone() throws IOException, InterruptedException {
        run(checkout.resolve("muster"));
        Files.setLastModifiedTime(
                checkout.resolve("cli/src/Main.java"),
                FileTime.from(Instant.now().plusSeconds(60)));
        run(checkout.resolve("muster"));
        assertThat(builds()).isEqualTo(2);

        Files.delete(checkout.resolve("cli/src/Main.java"));
        run(checkout.resolve("muster"));
        assertThat(builds()).isEqualTo(3);
    }

    @Test
    void itWorksThroughASymbolicLink() throws IOException, InterruptedException {
        Path link = Files.createSymbolicLink(folder.resolve("muster"), checkout.resolve("muster"));

        assertThat(run(link, "version").out()).isEqualTo("ran with version\n");
    }

    @Test
    void aMissingToolIsNamedWithTheCommandThatInstallsIt() throws IOException, InterruptedException {
        Files.delete(tools.resolve("mvn"));
        assertThat(run(checkout.resolve("muster")).err())
                .isEqualTo("muster: building needs Maven, and there is no mvn; install it: apt-get install maven\n");

        script("javac", "echo javac 11.0.2");
        assertThat(run(checkout.resolve("muster")).err())
                .contains("javac is of 11; install one: apt-get install openjdk-17-jdk-headless")
                .hasLineCount(1);

        Files.delete(tools.resolve("javac"));
        Result result = run(checkout.resolve("muster"));
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("there is no javac; install it: apt-get install openjdk-17-jdk-headless")
                .hasLineCount(1);
    }

    @Test
    void aBuildThatFailsShowsWhyAndRunsNothing() throws IOException, InterruptedException {
        script("mvn", "echo '[INFO] noise'; echo '[ERROR] Main.java:3: what is this'; exit 1");

        Result result = run(checkout.resolve("muster"), "list");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .contains("[ERROR] Main.java:3: what is this")
                .contains("muster: the build failed; everything it said is in ")
                .doesNotContain("noise");
    }
}
