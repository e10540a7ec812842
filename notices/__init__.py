"""Emails that tell people what happened in their cases: kept as rows until they are sent, and never sent twice."""
