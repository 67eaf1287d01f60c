package dev.muster.agent.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kubelet's folder of pods, as an agent looks at it. */
class PodProgressTest {
    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();

    private PodProgress look() {
        return new PodProgress(folder, (uid, progress) -> told.add(uid + " " + progress.step()));
    }

    private Path volume(String uid) throws IOException {
        return Files.createDirectories(folder.resolve(uid).resolve("volumes/kubernetes.io~empty-dir/muster-progress"));
    }

    private void write(String uid, String line) throws IOException {
        Files.writeString(volume(uid).resolve("progress"), line);
    }

    @Test
    void eachPodThatTellsOfProgressIsToldOnceForEachChange() throws IOException {
        PodProgress pods = look();
        write("a", "step=5 checkpoint=3\n");
        write("b", "half a li");
        Files.createDirectories(folder.resolve("somebody-else/volumes"));
        pods.look(1);
        pods.look(2);
        assertThat(told).containsExactly("a 5");
        write("a", "step=6\n");
        write("b", "step=1\n");
        pods.look(3);
        assertThat(told).containsExactlyInAnyOrder("a 5", "a 6", "b 1");
    }

    @Test
    void aLinkThatAPodPutThereIsNotFollowed() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "step=99\n");
        Files.createSymbolicLink(volume("evil").resolve("progress"), secret);
        look().look(1);
        assertThat(told).isEmpty();
    }

    @Test
    void moreThanAFewHundredPodsAreTooMany() throws IOException {
        for (int i = 0; i < 300; i++) {
            write("p" + i, "step=1\n");
        }
        look().look(1);
        assertThat(told).hasSize(256);
    }

    @Test
    void aFolderThatIsNotThereIsSaidToBe() {
        PodProgress pods = new PodProgress(folder.resolve("missing"), (uid, progress) -> {});
        assertThatThrownBy(() -> pods.look(1)).isInstanceOf(NoSuchFileException.class);
    }
}
