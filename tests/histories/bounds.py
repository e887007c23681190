"""Between which amounts lies what may be asked for, by Mollie and the entries alone."""


def bounds(history, heard, of_books=False):
    """Return the least and the most that is due of all the customer's invoices.

    In between lies what is a matter of choice: a refund without a credit note may make the
    customer owe the invoice again or not, a discount may be offered or not. Never asked for is
    what Mollie holds, booked or not, or has reserved; nor, until somebody undoes it, what was
    booked by hand as if it were Mollie's.

    :param Heard heard: what Odoo had occasion to hear of Mollie.
    :param bool of_books: as the books show it, which know nothing of what is reserved.
    """
    books = history.books
    owed = books.owed_elsewhere() - books.discount()
    held, gone = heard.held(), heard.refunded()
    least = owed - held[1] - gone[1] - max(history.discounts) - books.by_hand()
    # What no note or bank payment was matched with so far is still to be paid.
    # Nor is what was registered paid once more by the statement that brings it.
    most = owed - held[0] + books.unused() + books.arrived()
    # What banks took of a payment that a clerk is correcting waits until that is confirmed.
    least -= heard.taken_of(books.drafted())
    if len(books.invoices()) > 1:
        # What one of them was paid too much stands open until somebody uses it for another.
        # While a clerk corrects its booking, none of its other captures is booked either.
        drafted = max(books.unused_of_drafts(), heard.held_of(books.drafted()))
        most += books.unused_of_mollie() + drafted
    if not of_books:
        reserved = heard.reserved(history.case.clock.now())
        least -= reserved[1]
        # What is reserved for one of several is not there for the others.
        most -= reserved[0] if len(books.invoices()) == 1 else 0
        if set(books.invoices()) - set(history.paths):
            least = 0  # One of them has no page.
    return max(least, 0), max(most, 0)
