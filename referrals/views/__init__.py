"""Pages of referrals: fetch what is visible, bind the form, call one operation, redirect."""
