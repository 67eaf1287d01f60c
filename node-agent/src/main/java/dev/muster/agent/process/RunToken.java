package dev.muster.agent.process;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The mark that every process of a rank carries in its environment, by which the whole tree can be found.
 *
 * <p>Written {@code OWNER/JOB_UID/EPOCH/RANK/}. The slash at the end keeps rank 1 from being a prefix of rank 10.
 *
 * @param owner names one agent's data directory on one host; see {@link #ownerOf}
 */
public record RunToken(String owner, String jobUid, long epoch, int rank) {
    /** The environment variable that holds the token. */
    public static final String VARIABLE = "MUSTER_RUN_TOKEN";

    private static final int OWNER_BYTES = 8;

    public RunToken {
        Objects.requireNonNull(owner);
        if (jobUid.indexOf('/') >= 0) {
            throw new IllegalArgumentException("job uid \"" + jobUid + "\" has a slash");
        }
    }

    /** What this data directory's processes have in common, over all lives of the agent. */
    public static String ownerOf(String host, Path dataDirectory) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] hash = digest.digest((host + "\n" + dataDirectory).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, OWNER_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The start of the tokens of everything that an agent with this owner name ever started. */
    public static String prefixOfOwner(String owner) {
        return owner + "/";
    }

    /** The start of the tokens of every rank of this run. */
    public String runPrefix() {
        return owner + "/" + jobUid + "/" + epoch + "/";
    }

    /** The value of {@link #VARIABLE}. */
    public String text() {
        return runPrefix() + rank + "/";
    }
}
