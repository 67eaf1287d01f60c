package dev.muster.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * As much of a container as can be had without Docker: the image as the whole file system, its user, its environment and
 * nothing of ours, processes of its own. Needs the right to make namespaces, which root has, and mostly others too.
 */
final class Container {

    private final Path root;
    private final Map<String, String> environment;
    private final String user;

    Container(Path root, Map<String, String> environment, String user) throws IOException {
        this.root = root;
        this.environment = environment;
        this.user = user;
        Files.createDirectories(root.resolve("proc"));
        Files.createDirectories(root.resolve("dev"));
        if (Files.notExists(root.resolve("dev/null"))) {
            Files.createFile(root.resolve("dev/null"));
        }
    }

    ProcessBuilder command(List<String> program) {
        List<String> command = new ArrayList<>(List.of(
                "unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc=" + root.resolve("proc")));
        command.addAll(List.of(
                "sh", "-c", "mount --bind /dev/null \"$0/dev/null\" && exec \"$@\"", root.toString(), "env", "-i"));
        environment.forEach((name, value) -> command.add(name + "=" + value));
        command.addAll(List.of(chroot(), "--userspec=" + user, root.toString()));
        command.addAll(program);
        return new ProcessBuilder(command).redirectErrorStream(true);
    }

    private static String chroot() {
        return Files.isExecutable(Path.of("/usr/sbin/chroot")) ? "/usr/sbin/chroot" : "chroot";
    }

    /** Runs it to its end and answers what it printed. */
    String run(String... program) throws IOException {
        return ImageFile.run(command(List.of(program)).command());
    }
}
