package dev.muster.controller.store;

/**
 * Which keys there are: everything lies under {@link #ROOT}, in printable ASCII, so that the order of Java strings and the
 * order of bytes in other stores are the same order.
 */
public final class KeySpace {

    public static final String ROOT = "/muster/v1/";
    public static final int MAX_KEY_LENGTH = 1_024;

    private KeySpace() {}

    /** Returns the key, or throws {@link IllegalArgumentException}: a wrong key is a mistake in the program. */
    public static String requireKey(String key) {
        requirePrefix(key);
        if (key.length() == ROOT.length()) {
            throw new IllegalArgumentException("key '" + key + "' names nothing; append a name to " + ROOT);
        }
        return key;
    }

    /** As {@link #requireKey}, and the root itself is allowed too. */
    public static String requirePrefix(String prefix) {
        if (!prefix.startsWith(ROOT)) {
            throw new IllegalArgumentException("key '" + prefix + "' is outside " + ROOT + "; start it with that");
        }
        if (prefix.length() > MAX_KEY_LENGTH) {
            throw new IllegalArgumentException("key of " + prefix.length() + " characters; use at most "
                    + MAX_KEY_LENGTH + ": " + prefix.substring(0, 64) + "...");
        }
        for (int i = 0; i < prefix.length(); i++) {
            char character = prefix.charAt(i);
            if (character <= ' ' || character > '~') {
                throw new IllegalArgumentException("key '" + prefix + "' has character 0x"
                        + Integer.toHexString(character) + "; escape it to printable ASCII");
            }
        }
        return prefix;
    }
}
