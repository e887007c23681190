"""On which day something happened, and on which it can be booked."""

from datetime import timedelta

import pytz

from odoo import fields
from odoo.tools import format_date


def zone_of(company):
    """Return the name of the time zone in which a company keeps its books.

    Odoo has none for companies: it is that of the company's own contact, else that of its country.
    """
    # In sudo mode because its contact may be hidden from who pays or looks.
    partner_sudo = company.sudo().partner_id
    return partner_sudo.tz or partner_sudo.country_id._mollie_time_zone()


def day_of(moment, company):
    """Return the day of a moment in UTC, where the company is."""
    return pytz.utc.localize(moment).astimezone(pytz.timezone(zone_of(company))).date()


def today(company):
    """Return which day it is where the company is."""
    return day_of(fields.Datetime.now(), company)


def in_words(env, day):
    """Return a day as customers read it, for example "3 May 2026"; "" if there is none."""
    return format_date(env, day, date_format="long")


def open_day(day, company, journal, has_tax):
    """Return the day itself, or the next one on which a journal of a company is open.

    :param bool has_tax: whether the tax report depends on it.
    """
    while closed := company._get_violated_lock_dates(day, has_tax, journal):
        day = closed[-1][0] + timedelta(days=1)
    return day
