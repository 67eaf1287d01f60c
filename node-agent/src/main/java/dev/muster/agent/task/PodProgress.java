package dev.muster.agent.task;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far the pods of a node have come, read from the volumes that the kubelet keeps for them: {@code
 * POD-UID/volumes/kubernetes.io~empty-dir/muster-progress/progress} below its folder of pods. Which job a pod belongs to is
 * not known here. Bounded, whatever lies there. For use by one thread.
 */
public final class PodProgress {
    private static final int MOST_FOLDERS = 4_096;
    private static final int MOST_PODS = 256;
    private static final Path VOLUME = Path.of("volumes", "kubernetes.io~empty-dir", "muster-progress", "progress");

    private final Path folder;
    private final Listener listener;
    private Map<String, ProgressFile> files = new HashMap<>();

    /** Hears of progress, each time that it has changed. */
    public interface Listener {
        void progressed(String podUid, Progress progress);
    }

    public PodProgress(Path folder, Listener listener) {
        this.folder = folder;
        this.listener = listener;
    }

    /**
     * Looks at every pod once. Pods that are gone are forgotten.
     *
     * @throws IOException when the folder of pods cannot be read
     */
    public void look(long nowMillis) throws IOException {
        Map<String, ProgressFile> present = new HashMap<>();
        int folders = 0;
        try (DirectoryStream<Path> pods = Files.newDirectoryStream(folder)) {
            for (Path pod : pods) {
                folders++;
                if (folders > MOST_FOLDERS || present.size() >= MOST_PODS) {
                    break;
                }
                Path file = pod.resolve(VOLUME);
                if (isPlain(file)) {
                    String uid = String.valueOf(pod.getFileName());
                    present.put(uid, Optional.ofNullable(files.get(uid)).orElseGet(() -> new ProgressFile(file)));
                }
            }
        }
        files = present;
        files.forEach((uid, file) -> file.poll(nowMillis).ifPresent(progress -> listener.progressed(uid, progress)));
    }

    /** The pod writes what it likes: a link would lead this agent, which may read more, elsewhere; a pipe would hold it up. */
    private static boolean isPlain(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isRegularFile();
        } catch (IOException none) {
            return false;
        }
    }
}
