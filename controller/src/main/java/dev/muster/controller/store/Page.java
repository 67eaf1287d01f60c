package dev.muster.controller.store;

import java.util.List;

/**
 * A part of a listing, in key order.
 *
 * <p>The pages of one listing may be read at different revisions. Whoever needs one consistent picture lists all pages,
 * then watches from the revision after the <em>first</em> page's: what changed behind the listing's back comes through the
 * watch, and what comes twice is recognised by its modRevision.
 *
 * @param revision the store's revision when this page was read
 * @param more whether keys follow the last of this page
 */
public record Page(List<Entry> entries, long revision, boolean more) {

    public Page {
        entries = List.copyOf(entries);
    }
}
