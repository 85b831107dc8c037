"""The shop: schema, import, check, time travel, and the value types that every domain shares."""
