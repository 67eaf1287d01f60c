package dev.muster.controller.codec;

/**
 * A stored value cannot be understood: it is damaged, or a newer controller wrote it. Nothing may be decided on such a
 * state; the message is one line that names the key and what to do.
 */
public final class UndecodableRecord extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String key;

    UndecodableRecord(String key, String message) {
        super(message);
        this.key = key;
    }

    static UndecodableRecord damaged(String key, String what) {
        return new UndecodableRecord(
                key,
                "record " + key + " cannot be read: " + what
                        + "; restore the store from a backup, or remove this record if you know what it was");
    }

    static UndecodableRecord newer(String key, int version, int known) {
        return new UndecodableRecord(
                key,
                "record " + key + " has schema version " + version + " and this controller knows up to " + known
                        + "; start the version of the controller that wrote it, or a newer one");
    }

    /** Where in the store the record is. */
    public String key() {
        return key;
    }
}
