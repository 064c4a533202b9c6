"""Where Django looks for the staff pages of the site; they live in `portal.staff`."""

from portal.staff import admin as admin
