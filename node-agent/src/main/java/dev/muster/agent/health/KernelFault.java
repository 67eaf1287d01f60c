package dev.muster.agent.health;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device error found in a kernel log line.
 *
 * @param kind which driver wrote it
 * @param slot PCI address without the function, as {@code 0000:3b:00}; or what the driver wrote instead
 * @param text what follows the code
 */
record KernelFault(Kind kind, String slot, int code, String text) {
    enum Kind {
        XID,
        SXID;

        String check() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final Pattern XID = Pattern.compile("NVRM: Xid \\(([^)]{1,64})\\): (\\d{1,6})(?:, (.*))?");
    private static final Pattern SXID =
            Pattern.compile("nvidia-nvswitch\\d*: SXid \\(([^)]{1,64})\\): (\\d{1,6})(?:, (.*))?");
    private static final Pattern ADDRESS =
            Pattern.compile("(?:[0-9a-f]{4})?([0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2})(?:\\.[0-9a-f])?");

    static Optional<KernelFault> parse(String line) {
        return parse(Kind.XID, XID.matcher(line)).or(() -> parse(Kind.SXID, SXID.matcher(line)));
    }

    private static Optional<KernelFault> parse(Kind kind, Matcher matcher) {
        if (!matcher.find()) {
            return Optional.empty();
        }
        String text = matcher.group(3) == null ? "" : matcher.group(3);
        return Optional.of(new KernelFault(kind, slot(matcher.group(1)), Integer.parseInt(matcher.group(2)), text));
    }

    /** A PCI address without its function, in lower case; something else unchanged. */
    static String slot(String written) {
        String lower = written.toLowerCase(Locale.ROOT);
        String bare = lower.startsWith("pci:") ? lower.substring("pci:".length()) : lower;
        Matcher address = ADDRESS.matcher(bare);
        return address.matches() ? address.group(1) : bare;
    }
}
