/** A calendar entry that says nothing: a day and a title that could be anyone's; no address, no place, no time of day. */

/**
 * The file, for one whole day. It does not hold when it was made.
 * @param {string} title
 * @param {Date} day by the phone's own calendar
 * @param {string} id that no other entry has
 */
export function reminder(title, day, id) {
  const date = [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, '0')).join('');
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Calendar//EN',
    'BEGIN:VEVENT',
    `UID:${id}`,
    `DTSTAMP:${date}T000000Z`,
    `DTSTART;VALUE=DATE:${date}`,
    `SUMMARY:${title}`,
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ];
  return new TextEncoder().encode(lines.join('\r\n'));
}
